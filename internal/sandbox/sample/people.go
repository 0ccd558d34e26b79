package sample

import (
	"math/rand/v2"

	"hbupload/internal/spec"
)

// Source is any number of people, each made when asked for, so that a million
// of them need no memory. At may be called in any order and from several
// goroutines.
type Source struct {
	N  int
	At func(i int) Person

	// Shuffled puts the rows of the hazard and item sheets in another order of
	// people than the person sheet has.
	Shuffled bool
}

// child is the person whose rows stand at place i of a child sheet.
func (s Source) child(i int) int {
	if !s.Shuffled || s.N < 3 {
		return i
	}
	step := s.N*5/8 | 1
	for gcd(step, s.N) != 1 {
		step++
	}
	return int((uint64(i)*uint64(step) + uint64(s.N)/3) % uint64(s.N))
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// All is a source of people that are already there.
func All(people []Person) Source {
	return Source{N: len(people), At: func(i int) Person { return people[i] }}
}

// People is n legal people, the same ones for the same seed: exposed to noise
// or a dust, with some twelve results each, every twentieth with a suspected
// disease or another finding. All are accepted by the sandbox. Identity
// numbers are unique up to 7,000,000.
func People(n int, seed uint64) Source {
	c := newColumns()
	return Source{N: n, At: func(i int) Person { return person(c, i, seed) }}
}

// birthdays is the number of days from which People are taken, from 1964 on.
const birthdays = 14600

func person(c *columns, i int, seed uint64) Person {
	r := rand.New(rand.NewPCG(seed, uint64(i)))
	born := Day(1964, 1, 1).AddDate(0, 0, i%birthdays)
	// 000 at the end is what a number loses in a spreadsheet: no sequence may
	// bring it about by itself.
	seq := 1 + i/birthdays*2 + r.IntN(2)
	if seq%100 == 0 {
		seq += 499
	}
	m := newMaker(c, "TJ"+pad(i+1, 7), "测试"+numbered(i), born, Day(2024, 1, 2).AddDate(0, 0, r.IntN(300)), seq)
	m.set(spec.EmpPhone, As("139000"+pad(i%100000, 5)))
	years := r.IntN(12)
	months := r.IntN(12)
	switch i % 20 {
	case 7:
		m.put(m.hazard(noise(), otherFound(), years, months, 3), spec.OtherContent, As("血压偏高"))
	case 13:
		row := m.hazard(noise(), suspected(), years+3, months, 0)
		m.put(row, spec.OccDiseaseCode, Shown("职业性噪声聋", "0401"))
		m.put(row, spec.OtherContent, As("职业性噪声聋"))
	default:
		m.hazard(noise(), normal(), years, months, r.IntN(30))
	}
	exams := general()
	exams[0].result = pad(95+r.IntN(40), 1)
	exams[5].result = pad(120+r.IntN(50), 1)
	exams[2] = hearing()[0]
	deaf := i%20 == 13
	if deaf {
		exams[2].result = "58"
	}
	for k, e := range exams {
		row := m.item(m.vary(e))
		if deaf && k == 2 {
			m.c.set(spec.SheetItem, row, spec.ResultFlag, Shown("异常", "1"))
		}
	}
	if i%4 == 0 {
		m.hazard(fume(), normal(), years, months, 1)
		m.film(film(), clear4())
	}
	return m.done()
}

// numbered spells a number with the characters of the sixty-year cycle.
func numbered(i int) string {
	digits := []rune("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥")
	var out []rune
	for {
		out = append(out, digits[i%len(digits)])
		if i /= len(digits); i == 0 {
			return string(out)
		}
	}
}

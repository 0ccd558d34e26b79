package push

// sentences are those that thousands of records share, each kept once.
type sentences struct {
	all []string // the first is ""
	at  map[string]int32
}

// number is where a sentence stands; 0 is "".
func (w *sentences) number(text string) int32 {
	if text == "" {
		return 0
	}
	n, known := w.at[text]
	if known {
		return n
	}
	if w.at == nil {
		w.at = map[string]int32{}
		w.all = []string{""}
	}
	n = int32(len(w.all))
	w.all = append(w.all, text)
	w.at[text] = n
	return n
}

// of is the sentence at a number.
func (w *sentences) of(n int32) string {
	if n == 0 {
		return ""
	}
	return w.all[n]
}

package main

import (
	"image"
	"image/color"
)

// pictures are the icon in the sizes that Windows asks for.
func pictures() []image.Image {
	var out []image.Image
	for _, size := range []int{16, 24, 32, 48, 64, 256} {
		out = append(out, picture(size))
	}
	return out
}

// fine is how many points a pixel is mixed of, in each direction.
const fine = 4

// picture draws the icon: a blue square with round corners, on it a white arrow up
// over a line.
func picture(size int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			img.SetNRGBA(x, y, pixel(size, x, y))
		}
	}
	return img
}

// pixel mixes the points within a pixel.
func pixel(size, x, y int) color.NRGBA {
	var white, covered int
	for i := range fine * fine {
		px := (float64(x) + (float64(i%fine)+0.5)/fine) / float64(size)
		py := (float64(y) + (float64(i/fine)+0.5)/fine) / float64(size)
		if !inSquare(px, py) {
			continue
		}
		covered++
		if inArrow(px, py) {
			white++
		}
	}
	if covered == 0 {
		return color.NRGBA{}
	}
	mix := func(blue int) uint8 { return uint8((blue*(covered-white) + 255*white) / covered) }
	return color.NRGBA{R: mix(0x1f), G: mix(0x6f), B: mix(0xc4), A: uint8(255 * covered / (fine * fine))}
}

// inSquare reports whether a point is within the square; both are 0 to 1.
func inSquare(x, y float64) bool {
	const corner = 0.18
	dx := max(corner-x, x-(1-corner), 0)
	dy := max(corner-y, y-(1-corner), 0)
	return dx*dx+dy*dy <= corner*corner
}

// inArrow reports whether a point is white.
func inArrow(x, y float64) bool {
	off := max(x-0.5, 0.5-x)
	head := y >= 0.18 && y <= 0.46 && off <= (y-0.18)*0.95
	shaft := y > 0.46 && y <= 0.68 && off <= 0.1
	line := y >= 0.75 && y <= 0.83 && off <= 0.27
	return head || shaft || line
}

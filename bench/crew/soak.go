package crew

import (
	"context"
	"fmt"
	"math"
	"time"

	"sharedkms/bench/program"
)

// Soak is what was seen of a console while it worked for long.
type Soak struct {
	Resident   Line // MB
	Goroutines Line
	Before     float64 // goroutines when nobody was there yet
	After      float64 // and when all had gone
}

// Flat reports whether memory and goroutines stayed what they were, within noise.
func (s Soak) Flat() bool {
	const memory, goroutines = 8, 2 // MB and number that are no growth
	return s.Resident.flat(memory) && s.Goroutines.flat(goroutines) && s.After <= s.Before+goroutines
}

// Line is the straight line through samples of the second half of the time.
type Line struct {
	Mean, Max float64
	Growth    float64 // from the beginning of the line to its end
	Noise     float64 // standard deviation of the samples around it
}

// flat reports whether a line grew by no more than three times its noise, or than least.
func (l Line) flat(least float64) bool { return l.Growth <= max(3*l.Noise, least) }

func (l Line) String() string {
	return fmt.Sprintf("%.1f ± %.1f, growth %.1f, at most %.1f", l.Mean, l.Noise, l.Growth, l.Max)
}

// Soak lets the crew work for d and looks at the console all the time.
func (c *Crew) Soak(ctx context.Context, p *program.Program, d time.Duration) (s Soak, err error) {
	if err := c.Close(); err != nil {
		return s, err
	}
	if s.Before, err = settled(ctx, p); err != nil {
		return s, err
	}
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx, false) }()
	var resident, goroutines []float64
	began := time.Now()
	for pause(ctx, d/240) {
		memory, err := p.Resident()
		if err != nil {
			return s, err
		}
		running, err := p.Metric("go_goroutines")
		if err != nil {
			return s, err
		}
		if time.Since(began) > d/2 {
			resident, goroutines = append(resident, memory), append(goroutines, running)
		}
	}
	if err := <-done; err != nil {
		return s, err
	}
	if err := c.Close(); err != nil {
		return s, err
	}
	s.Resident, s.Goroutines = fit(resident), fit(goroutines)
	s.After, err = settled(context.WithoutCancel(ctx), p)
	return s, err
}

// settled is the number of goroutines once it stays the same: connections that were closed
// here are noticed there a moment later.
func settled(ctx context.Context, p *program.Program) (n float64, err error) {
	for same := 0; same < 5; {
		before := n
		if n, err = p.Metric("go_goroutines"); err != nil {
			return n, err
		}
		if same++; n != before {
			same = 0
		}
		if !pause(ctx, 100*time.Millisecond) {
			return n, ctx.Err()
		}
	}
	return n, nil
}

// fit draws the line of least squares.
func fit(samples []float64) (l Line) {
	n := float64(len(samples))
	if n < 3 {
		return Line{Noise: math.NaN()}
	}
	var sumX, sumY, sumXX, sumXY float64
	for i, y := range samples {
		x := float64(i)
		sumX, sumY, sumXX, sumXY = sumX+x, sumY+y, sumXX+x*x, sumXY+x*y
		l.Max = max(l.Max, y)
	}
	slope := (n*sumXY - sumX*sumY) / (n*sumXX - sumX*sumX)
	l.Mean, l.Growth = sumY/n, slope*(n-1)
	start := (sumY - slope*sumX) / n
	var squares float64
	for i, y := range samples {
		off := y - start - slope*float64(i)
		squares += off * off
	}
	l.Noise = math.Sqrt(squares / n)
	return l
}

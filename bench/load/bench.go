package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"sharedkms/bench/browser"
	"sharedkms/bench/crew"
	"sharedkms/bench/measure"
	"sharedkms/bench/program"
	"sharedkms/views/to"
)

// bench is a console at work on a world.
type bench struct {
	db      string
	stage   *crew.Stage
	program *program.Program
	crew    *crew.Crew
	static  []file
	ends    []func() error
}

// file is a static one that the console serves.
type file struct {
	path  string
	bytes int
}

func (b *bench) close() error {
	var errs []error
	for i := len(b.ends) - 1; i >= 0; i-- {
		errs = append(errs, b.ends[i]())
	}
	return errors.Join(errs...)
}

// settings are those of consoles on an empty database of their own.
func (b *bench) settings(ctx context.Context, binary string) (s program.Settings, err error) {
	dir, err := os.MkdirTemp(filepath.Dir(binary), b.db)
	if err != nil {
		return s, err
	}
	cfg, drop, err := program.NewDatabase(ctx, b.db, dir)
	if err != nil {
		return s, err
	}
	b.ends = append(b.ends, drop)
	s = program.Settings{Binary: binary, Dir: dir, Database: cfg}
	_, err = s.RootKey()
	return s, err
}

func open(ctx context.Context, o options, binary, db string) (_ *bench, err error) {
	b := &bench{db: db}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close())
		}
	}()
	settings, err := b.settings(ctx, binary)
	if err != nil {
		return nil, err
	}
	if b.stage, err = crew.NewStage(ctx, binary, settings.Dir, settings.Database, o.size); err != nil {
		return nil, err
	}
	b.ends = append(b.ends, b.stage.Close)
	if b.program, err = program.Start(ctx, settings); err != nil {
		return nil, err
	}
	b.ends = append(b.ends, b.program.Stop)
	most := soakers
	for _, n := range o.connections {
		most = max(most, n)
	}
	b.crew = crew.New(b.stage.World, most, b.program.Addr, crew.Usual)
	b.ends = append(b.ends, b.crew.Close)
	if err := b.crew.SignIn(ctx); err != nil {
		return nil, err
	}
	return b, b.findStatic()
}

var staticPath = regexp.MustCompile(`"(/static/[^"]+)"`)

// findStatic reads which files pages refer to, and how many bytes they travel as.
func (b *bench) findStatic() error {
	visitor := browser.New(b.program.Addr, time.Minute)
	page, err := visitor.Fetch(browser.Get(b.program.Addr, to.SignIn(), ""))
	if err != nil {
		return err
	}
	for _, m := range staticPath.FindAllStringSubmatch(page.Body, -1) {
		a, err := visitor.Skim(b.get(m[1]))
		if err != nil {
			return err
		}
		if a.Status == 200 {
			b.static = append(b.static, file{m[1], a.Length})
		}
	}
	if len(b.static) == 0 {
		return errors.New("pages refer to no static file")
	}
	return visitor.Close()
}

func (b *bench) get(path string) []byte {
	return browser.Get(b.program.Addr, path, "", "Accept-Encoding: gzip")
}

// nearest is the file whose size is most like that of the answers so far.
func (b *bench) nearest() (best file) {
	sum := b.crew.Totals()
	size := sum.Bytes / max(sum.Answers, 1)
	for _, f := range b.static {
		if best.path == "" || distance(f.bytes, size) < distance(best.bytes, size) {
			best = f
		}
	}
	return best
}

func distance(a, b int) int { return max(a-b, b-a) }

// load measures the mix and its limit at n connections.
func (b *bench) load(ctx context.Context, d time.Duration, n int) ([]measure.Result, error) {
	// Acts that were measured apart from warming up, by connection.
	waits, warm := make([]shares, n), time.Time{}
	for i := range waits {
		waits[i] = shares{}
	}
	for i := range 20 { // to learn how large answers are
		if _, err := b.crew.Callers[i%n].Act(); err != nil {
			return nil, err
		}
	}
	warm = time.Now().Add(d / 5)
	mixed := measure.Scenario{
		Name: mixedName, DB: b.db, Callers: n, For: d, Limit: staticName, CPU: b.program.CPU,
		Do: func(_ context.Context, caller int) error {
			began := time.Now()
			kind, err := b.crew.Callers[caller].Act()
			if began.After(warm) {
				waits[caller][kind] = append(waits[caller][kind], time.Since(began))
			}
			return err
		},
	}
	chosen := b.nearest()
	visitors := make([]*browser.Browser, n)
	for i := range visitors {
		visitors[i] = browser.New(b.program.Addr, time.Minute)
		defer func() { _ = visitors[i].Close() }() // nothing is on its way
	}
	request := b.get(chosen.path)
	static := measure.Scenario{
		Name: staticName, DB: b.db, Callers: n, For: d, Bytes: chosen.bytes, CPU: b.program.CPU,
		Do: func(_ context.Context, caller int) error { return visitors[caller].Send(request, 200) },
	}
	results, err := measure.Together(ctx, mixed, static)
	if err != nil {
		return nil, err
	}
	if results[0].Memory, err = b.program.Peak(); err != nil {
		return nil, err
	}
	sum := b.crew.Totals()
	results[0].Bytes = sum.Bytes / sum.Answers
	all := shares{}
	for _, w := range waits {
		all.join(w)
	}
	for _, kind := range crew.Kinds {
		if len(all[kind]) == 0 {
			continue
		}
		r := measure.Result{Name: "load/" + string(kind), DB: b.db, Callers: n, Rate: tenth(results[0].Rate * float64(len(all[kind])) / float64(all.total()))}
		r.Waits(all[kind])
		results = append(results, r)
	}
	return results, nil
}

func tenth(f float64) float64 { return math.Round(10*f) / 10 }

// soak watches the console at work.
func (b *bench) soak(ctx context.Context, d time.Duration) (r measure.Result, err error) {
	if err := b.crew.Close(); err != nil {
		return r, err
	}
	b.crew.Callers = b.crew.Callers[:soakers]
	answers := b.crew.Totals().Answers
	s, err := b.crew.Soak(ctx, b.program, d)
	if err != nil {
		return r, err
	}
	r = measure.Result{Name: soakName, DB: b.db, Callers: soakers, Rate: tenth(float64(b.crew.Totals().Answers-answers) / d.Seconds())}
	r.Note = fmt.Sprintf("%.0f minutes; MB: %s; goroutines: %s; %.0f before, %.0f after", d.Minutes(), s.Resident, s.Goroutines, s.Before, s.After)
	if r.Memory, err = b.program.Peak(); err == nil && !s.Flat() {
		err = errors.New("memory or goroutines grow: " + r.Note)
	}
	return r, err
}

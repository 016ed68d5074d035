package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
)

// profiled runs each scenario alone and keeps its profiles, to be read with go tool pprof.
// The one of allocations holds those of setting up as well; compare with -base.
func (o options) profiled(ctx context.Context, g group) error {
	if err := os.MkdirAll(o.profile, 0o755); err != nil {
		return err
	}
	for _, s := range g {
		name := filepath.Join(o.profile, s.DB+"-"+strings.ReplaceAll(s.Name, "/", "-"))
		if err := writeAllocations(name + ".base.allocs"); err != nil {
			return err
		}
		file, err := os.Create(name + ".cpu")
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(file); err != nil {
			return errors.Join(err, file.Close())
		}
		r, err := s.Run(ctx)
		pprof.StopCPUProfile()
		if err := errors.Join(err, file.Close()); err != nil {
			return fmt.Errorf("profile %s: %w", s.Name, err)
		}
		say(r)
		if err := writeAllocations(name + ".allocs"); err != nil {
			return err
		}
	}
	return nil
}

func writeAllocations(name string) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	runtime.GC() // the profile shows what was there at the last collection
	return errors.Join(pprof.Lookup("allocs").WriteTo(file, 0), file.Close())
}

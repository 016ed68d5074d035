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
	"time"
)

// profiled runs each scenario alone and keeps its profiles of CPU, of allocations and of
// waiting for channels and locks, to be read with go tool pprof.
// Those of allocations and of waiting hold what came before as well; compare with -base.
func (o options) profiled(ctx context.Context, g group) error {
	if err := os.MkdirAll(o.profile, 0o755); err != nil {
		return err
	}
	runtime.SetBlockProfileRate(int(10 * time.Microsecond))
	defer runtime.SetBlockProfileRate(0)
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
		if err := errors.Join(writeAllocations(name+".allocs"), writeProfile("block", name+".block")); err != nil {
			return err
		}
	}
	return nil
}

func writeAllocations(name string) error {
	runtime.GC() // the profile shows what was there at the last collection
	return writeProfile("allocs", name)
}

func writeProfile(profile, name string) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(pprof.Lookup(profile).WriteTo(file, 0), file.Close())
}

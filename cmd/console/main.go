// Command console is the Shared KMS console: one binary with everything in it.
//
//	console [serve]               serves the console; also when no word is given
//	console migrate               brings the database's schema up to date
//	console seed demo [--reset]   makes the demo world where it is missing, or anew
//	console account create NAME   makes an account and prints its root user's one-time password
//	console version               says what this binary was built from
//
// Each command reads the environment and flags of the same meaning (config.go).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
)

const usage = `console, the Shared KMS console

  console [serve]               serve the console
  console migrate               bring the database's schema up to date
  console seed demo [--reset]   make the demo world where it is missing, or anew
  console account create NAME   make an account, print its root user's one-time password
  console version               say what this binary was built from

Flags follow the command; each has an environment variable of the same meaning:
`

func main() {
	syscall.Umask(0o077) // whatever is written belongs to this user alone
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "console: "+err.Error())
		os.Exit(1)
	}
}

// run carries out one command. Texts for people go to out, the log and usage to errOut.
func run(ctx context.Context, args, environ []string, out, errOut io.Writer) error {
	word, rest := "serve", args
	if len(args) > 0 && args[0] != "" && args[0][0] != '-' {
		word, rest = args[0], args[1:]
	}
	switch word {
	case "serve":
		return withConfig(rest, environ, errOut, 0, func(c config, _ []string) error { return serve(ctx, c, errOut) })
	case "migrate":
		return withConfig(rest, environ, errOut, 0, func(c config, _ []string) error { return migrate(ctx, c, out) })
	case "seed":
		rest, reset := withoutReset(rest)
		if len(rest) == 0 || rest[0] != "demo" {
			return errors.New("seed: say `console seed demo`, or `console seed demo --reset`")
		}
		return withConfig(rest[1:], environ, errOut, 0, func(c config, _ []string) error { return seedDemo(ctx, c, reset, out) })
	case "account":
		if len(rest) == 0 || rest[0] != "create" {
			return errors.New("account: say `console account create NAME`")
		}
		return withConfig(rest[1:], environ, errOut, 1, func(c config, names []string) error { return createAccount(ctx, c, names[0], out) })
	case "version":
		_, err := fmt.Fprintln(out, version())
		return err
	case "help":
		_, err := withFlags(nil, environ, out).Output().Write([]byte(usage))
		return err
	}
	return fmt.Errorf("there is no command %q; `console help` lists them", word)
}

// withConfig reads flags and environment; words are what the command needs beside flags, which
// may stand before or after them.
func withConfig(args, environ []string, errOut io.Writer, words int, act func(config, []string) error) error {
	env := map[string]string{}
	flags := withFlags(env, environ, errOut)
	var names []string
	for len(args) > 0 {
		if err := flags.Parse(args); err != nil {
			return err
		}
		if args = flags.Args(); len(args) > 0 {
			names, args = append(names, args[0]), args[1:]
		}
	}
	if len(names) != words || slices.Contains(names, "") {
		return fmt.Errorf("%d words after the command, %d wanted; `console help` says more", len(names), words)
	}
	c, err := readConfig(env)
	if err != nil {
		return err
	}
	return act(c, names)
}

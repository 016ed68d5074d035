package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// command is one thing the binary does.
type command struct {
	name    string   // the words that call it, such as "seed demo"
	needs   []string // what must stand beside the flags, such as NAME
	may     string   // what may stand behind that, as it is written, such as [LIMIT]
	reset   bool     // takes --reset
	meaning string
	act     func(ctx context.Context, c config, given given) error
}

// given is what a command was called with besides its settings. Texts for people go to out,
// the log to errOut.
type given struct {
	words       []string // as many as the command needs, and at most those it may have
	reset       bool
	out, errOut io.Writer
}

var commands = []command{
	{name: "serve", meaning: "serve the console; also when no command is given",
		act: func(ctx context.Context, c config, g given) error { return serve(ctx, c, g.errOut) }},
	{name: "migrate", meaning: "bring the database's schema up to date",
		act: func(ctx context.Context, c config, g given) error { return migrate(ctx, c, g.out) }},
	{name: "seed demo", reset: true, meaning: "make the demo world where it is missing, or anew",
		act: func(ctx context.Context, c config, g given) error { return seedDemo(ctx, c, g.reset, g.out) }},
	{name: "account create", needs: []string{"NAME"}, meaning: "make an account, print its root user's one-time password",
		act: func(ctx context.Context, c config, g given) error { return createAccount(ctx, c, g.words[0], g.out) }},
	{name: "account quota", needs: []string{"ACCOUNT"}, may: "[KIND LIMIT [REGION]]", meaning: "list the quotas of an account, by ID or name, or set one",
		act: func(ctx context.Context, c config, g given) error { return accountQuota(ctx, c, g.words, g.out) }},
	{name: "permission publish", needs: []string{"FILE"}, meaning: "publish new versions of the built-in permissions",
		act: func(ctx context.Context, c config, g given) error {
			return publishPermissions(ctx, c, g.words[0], g.out)
		}},
}

// call shows how the command is written.
func (cmd command) call() string {
	text := "console " + strings.Join(append([]string{cmd.name}, cmd.needs...), " ")
	if cmd.may != "" {
		text += " " + cmd.may
	}
	if cmd.reset {
		text += " [--reset]"
	}
	return text
}

// find gives the command that args begin with, and the arguments after its name.
func find(args []string) (command, []string, error) {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return commands[0], args, nil
	}
	begun := ""
	for _, cmd := range commands {
		words := strings.Fields(cmd.name)
		if len(args) >= len(words) && slices.Equal(args[:len(words)], words) {
			return cmd, args[len(words):], nil
		}
		if args[0] == words[0] {
			begun = cmd.call()
		}
	}
	if begun != "" {
		return command{}, nil, fmt.Errorf("%s: say `%s`", args[0], begun)
	}
	return command{}, nil, fmt.Errorf("there is no command %q; `console help` lists them", args[0])
}

// run carries out one command. Texts for people go to out, the log to errOut.
func run(ctx context.Context, args, environ []string, out, errOut io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "version":
			_, err := fmt.Fprintln(out, version())
			return err
		case "help", "--help", "-help", "-h":
			return help(args[1:], out)
		}
	}
	cmd, rest, err := find(args)
	if err != nil {
		if slices.ContainsFunc(args, isHelp) {
			return help(nil, out)
		}
		return err
	}
	return cmd.run(ctx, rest, environ, out, errOut)
}

func isHelp(arg string) bool { return arg == "--help" || arg == "-help" || arg == "-h" }

// run reads flags and environment, then acts. Words that the command needs may stand before
// the flags or after them.
func (cmd command) run(ctx context.Context, args, environ []string, out, errOut io.Writer) error {
	g := given{out: out, errOut: errOut}
	env := fromEnvironment(environ)
	flags := withFlags(env)
	if cmd.reset {
		flags.BoolVar(&g.reset, "reset", false, "")
	}
	for len(args) > 0 {
		if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
			return cmd.help(out)
		} else if err != nil {
			return fmt.Errorf("%w; `console help` says more", err)
		}
		if args = flags.Args(); len(args) > 0 {
			g.words, args = append(g.words, args[0]), args[1:]
		}
	}
	if n := len(g.words); n < len(cmd.needs) || n > len(cmd.needs)+len(strings.Fields(cmd.may)) || slices.Contains(g.words, "") {
		return fmt.Errorf("%d words after the command, %d wanted: `%s`", len(g.words), len(cmd.needs), cmd.call())
	}
	c, err := readConfig(env)
	if err != nil {
		return err
	}
	return cmd.act(ctx, c, g)
}

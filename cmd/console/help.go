package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/caarlos0/env/v11"
)

// help prints all commands and the flags they share, or one command's own.
func help(args []string, out io.Writer) error {
	if len(args) > 0 {
		cmd, _, err := find(args)
		if err != nil {
			return err
		}
		return cmd.help(out)
	}
	var b strings.Builder
	b.WriteString("console, the Shared KMS console\n\n")
	list := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	for _, cmd := range commands {
		_, _ = fmt.Fprintf(list, "  %s\t%s\n", cmd.call(), cmd.meaning) // a strings.Builder takes everything
	}
	_, _ = fmt.Fprintf(list, "  console version\tsay what this binary was built from\n  console help [COMMAND]\tsay this, or what a command takes\n")
	_ = list.Flush() // as above
	return printHelp(&b, out)
}

func (cmd command) help(out io.Writer) error {
	var b strings.Builder
	b.WriteString(cmd.call() + "\n\n  " + cmd.meaning + "\n")
	if cmd.reset {
		b.WriteString("\n  --reset\n        take the demo world away first, with everything that was done in it\n")
	}
	return printHelp(&b, out)
}

// printHelp prints the text and what every command takes. Settings are those of one console,
// so that all its commands are called with the same.
func printHelp(b *strings.Builder, out io.Writer) error {
	b.WriteString("\nEvery command takes these flags. Each has an environment variable of the same meaning,\nwhich the flag overrides; an empty variable counts as not set.\n")
	params, err := env.GetFieldParams(&config{})
	if err != nil {
		return fmt.Errorf("read the names of settings: %w", err)
	}
	defaults := map[string]string{}
	for _, p := range params {
		defaults[p.Key] = p.DefaultValue
	}
	for _, v := range variables {
		value := ""
		if v.value != "" {
			value = " " + v.value
		}
		without := v.without
		if d := defaults[v.env]; d != "" {
			without = d
		}
		fmt.Fprintf(b, "\n  --%s%s, or %s\n        %s\n        default: %s\n", v.flag, value, v.env, v.meaning, without)
	}
	_, err = io.WriteString(out, b.String())
	return err
}

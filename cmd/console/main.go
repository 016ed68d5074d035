// Command console is the Shared KMS console: one binary with everything in it.
//
//	console [serve]               serves the console; also when no word is given
//	console migrate               brings the database's schema up to date
//	console seed demo [--reset]   makes the demo world where it is missing, or anew
//	console account create NAME   makes an account and prints its root user's one-time password
//	console account quota ACCOUNT lists an account's quotas, or sets one
//	console version               says what this binary was built from
//	console help [COMMAND]        says this, with flags, environment variables and defaults
//
// Each command reads the environment and flags of the same meaning (config.go).
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	syscall.Umask(0o077) // whatever is written belongs to this user alone
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "console: "+err.Error())
		os.Exit(1)
	}
}

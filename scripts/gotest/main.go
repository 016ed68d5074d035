// Command gotest runs "go test -json" with the arguments it is given and shows what go
// test itself would show: the output of what fails, one line per package, and at the end
// how many tests passed, failed and were skipped. Plain go test prints no number, and
// with -v it prints thousands of lines nobody reads.
//
// A skipped test is a failure: a machine that lacks a database or a tool must not look
// green. The exit code is go test's, or 1 when something was skipped.
package main

import (
	"fmt"
	"os"
	"os/exec"
)

func main() {
	cmd := exec.Command("go", append([]string{"test", "-json"}, os.Args[1:]...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		fatal(err)
	}
	if err := cmd.Start(); err != nil {
		fatal(err)
	}
	sum, err := show(os.Stdout, out)
	if err != nil {
		fatal(err)
	}
	err = cmd.Wait()
	fmt.Println(sum)
	if err != nil || !sum.good() {
		os.Exit(1)
	}
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "gotest:", err)
	os.Exit(2)
}

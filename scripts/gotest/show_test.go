package main

import (
	"strings"
	"testing"
)

func TestShow(t *testing.T) {
	const events = `{"Action":"run","Package":"p","Test":"TestGood"}
{"Action":"output","Package":"p","Test":"TestGood","Output":"quiet\n"}
{"Action":"output","Package":"p","Test":"TestGood/sqlite","Output":"    good_test.go:7: counted: 5 rounds, lost 0\n"}
{"Action":"output","Package":"p","Test":"TestGood","Output":"    good_test.go:8: quiet: it counted: nothing\n"}
{"Action":"pass","Package":"p","Test":"TestGood"}
{"Action":"output","Package":"p","Test":"TestBad","Output":"loud\n"}
{"Action":"output","Package":"p","Test":"TestBad","Output":"    bad_test.go:7: counted: 3 rounds, lost 1\n"}
{"Action":"fail","Package":"p","Test":"TestBad"}
{"Action":"output","Package":"p","Test":"TestSkip","Output":"no database\n"}
{"Action":"skip","Package":"p","Test":"TestSkip"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
{"Action":"fail","Package":"p"}
{"ImportPath":"q","Action":"build-output","Output":"q.go:1: undefined\n"}
{"Action":"output","Package":"q","Output":"FAIL\tq [build failed]\n"}
{"Action":"fail","Package":"q"}
{"Action":"output","Package":"r","Output":"?   \tr\t[no test files]\n"}
{"Action":"skip","Package":"r"}
not JSON
`
	var out strings.Builder
	sum, err := show(&out, strings.NewReader(events))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := sum.String(), "1 passed, 2 failed, 1 skipped"; got != want {
		t.Errorf("got %q, want %q: a package that does not build counts as a failure", got, want)
	}
	for _, want := range []string{"loud\n", "no database\n", "FAIL\tp\t0.1s\n", "q.go:1: undefined\n", "?   \tr", "not JSON\n", "TestGood/sqlite: 5 rounds, lost 0\n", "TestBad: 3 rounds, lost 1\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not shown in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "quiet") {
		t.Errorf("the output of a good test is shown:\n%s", out.String())
	}

	for text, good := range map[string]bool{
		`{"Action":"pass","Package":"p","Test":"TestGood"}`: true,
		`{"Action":"skip","Package":"p","Test":"TestSkip"}`: false,
		`{"Action":"skip","Package":"p"}`:                   false,
	} {
		sum, err := show(&out, strings.NewReader(text))
		if err != nil || sum.good() != good {
			t.Errorf("%s: good is %v, want %v (%v)", text, sum.good(), good, err)
		}
	}
}

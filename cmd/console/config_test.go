package main

import (
	"context"
	"io"
	"strings"
	"testing"
)

// read runs a command that needs no database with the given environment and flags.
func read(args []string, environ ...string) (config, error) {
	var got config
	cmd := command{name: "read", act: func(_ context.Context, c config, _ given) error { got = c; return nil }}
	err := cmd.run(context.Background(), args, environ, io.Discard, io.Discard)
	return got, err
}

func TestDefaultsNeedNothing(t *testing.T) {
	c, err := read(nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:8080" || c.DataDir != "./data" || len(c.Regions) != 3 || c.DatabaseURL != "" || on(c.Demo) {
		t.Errorf("defaults: %+v", c)
	}
}

func TestFlagsOverrideTheEnvironment(t *testing.T) {
	c, err := read([]string{"-addr", "127.0.0.1:9", "--demo"}, "CONSOLE_ADDR=127.0.0.1:7", "CONSOLE_REGIONS=eu-west-101, cn-north-4", "CONSOLE_DATA_DIR=")
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:9" || !on(c.Demo) || len(c.Regions) != 2 || c.Regions[1] != "cn-north-4" || c.DataDir != "./data" {
		t.Errorf("read %+v", c)
	}
}

// TestProblemsComeTogether reports everything that is wrong, and no value that may be secret.
func TestProblemsComeTogether(t *testing.T) {
	_, err := read(nil, "CONSOLE_ADDR=8080", "DATABASE_URL=mysql://console:hunter2@db/x", "CONSOLE_DB_POOLER=session", "CONSOLE_OBJECTS=ftp://hunter2",
		"CONSOLE_PUBLIC_URL=https://user:hunter2@kms.example.com/", "CONSOLE_TRUSTED_PROXIES=10.0.0.0/33", "CONSOLE_EGRESS_ALLOW=home",
		"CONSOLE_REGIONS=EU,eu-west-101,eu-west-101", "CONSOLE_DEMO=perhaps", "CONSOLE_ROOT_KEY=hunter2")
	if err == nil {
		t.Fatal("all of this was taken")
	}
	for _, name := range []string{"CONSOLE_ADDR", "DATABASE_URL", "CONSOLE_DB_POOLER", "CONSOLE_OBJECTS", "CONSOLE_PUBLIC_URL",
		"CONSOLE_TRUSTED_PROXIES", "CONSOLE_EGRESS_ALLOW", "CONSOLE_REGIONS", "CONSOLE_DEMO", "CONSOLE_ROOT_KEY"} {
		if !strings.Contains(err.Error(), name+":") {
			t.Errorf("no word about %s in: %v", name, err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a secret is printed: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	const pg = "DATABASE_URL=postgres://console@db/console"
	for name, c := range map[string]struct {
		environ []string
		wrong   string // variable that is complained about; empty: fine
	}{
		"postgres without root key":   {[]string{pg, "CONSOLE_OBJECTS=file:/srv/objects"}, "CONSOLE_ROOT_KEY"},
		"postgres without objects":    {[]string{pg, "CONSOLE_ROOT_KEY=env:ROOT"}, "CONSOLE_OBJECTS"},
		"postgres with both":          {[]string{pg, "CONSOLE_ROOT_KEY=env:ROOT", "CONSOLE_OBJECTS=s3://bucket?endpoint=s3.example.com"}, ""},
		"pooler without database":     {[]string{"CONSOLE_DB_POOLER=transaction"}, "CONSOLE_DB_POOLER"},
		"demo on all addresses":       {[]string{"CONSOLE_DEMO=1", "CONSOLE_ADDR=:8080"}, "CONSOLE_DEMO"},
		"demo on a public address":    {[]string{"CONSOLE_DEMO=1", "CONSOLE_ADDR=192.0.2.1:8080"}, "CONSOLE_DEMO"},
		"demo public on purpose":      {[]string{"CONSOLE_DEMO=1", "CONSOLE_ADDR=:8080", "CONSOLE_DEMO_PUBLIC=1"}, ""},
		"demo on loopback, version 6": {[]string{"CONSOLE_DEMO=on", "CONSOLE_ADDR=[::1]:8080"}, ""},
		"origin with a path":          {[]string{"CONSOLE_PUBLIC_URL=https://kms.example.com/console"}, "CONSOLE_PUBLIC_URL"},
		"bare proxy address":          {[]string{"CONSOLE_TRUSTED_PROXIES=10.0.0.7,fd00::/8"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := read(nil, c.environ...)
			switch {
			case c.wrong == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.wrong != "" && (err == nil || !strings.HasPrefix(err.Error(), c.wrong+":")):
				t.Errorf("error %v, want one about %s", err, c.wrong)
			}
		})
	}
}

func TestWordsAreCounted(t *testing.T) {
	for _, args := range [][]string{{"account", "create"}, {"account", "create", "A", "B"}, {"account", "list"}, {"account", "quota"}, {"account", "quota", "A", "kms:key"}, {"account", "quota", "A", "kms:key", "5", "eu-west-101", "more"}, {"serve", "now"}, {"dance"}, {"seed"}, {"help", "dance"}, {"serve", "--reset"}} {
		if err := run(context.Background(), args, nil, io.Discard, io.Discard); err == nil {
			t.Errorf("console %s was taken", strings.Join(args, " "))
		}
	}
}

// TestHelpNamesEverySetting: with flag, environment variable and default, whichever way help is
// asked for, and without needing anything or telling what is set.
func TestHelpNamesEverySetting(t *testing.T) {
	for call, begins := range map[string]string{
		"help": "console, the", "--help": "console, the", "account --help": "console, the",
		"help migrate": "console migrate\n", "serve --help": "console serve\n", "migrate -h": "console migrate\n",
		"account create --help": "console account create NAME\n", "help account quota": "console account quota ACCOUNT [KIND LIMIT [REGION]]\n", "seed demo --help": "console seed demo [--reset]\n",
	} {
		var out, log strings.Builder
		environ := []string{"CONSOLE_ADDR=nowhere", "DATABASE_URL=postgres://console:hunter2@db/console"}
		if err := run(context.Background(), strings.Fields(call), environ, &out, &log); err != nil || log.Len() > 0 {
			t.Errorf("console %s: %v, %s", call, err, log.String())
		}
		text := out.String()
		if !strings.HasPrefix(text, begins) || strings.Contains(text, "hunter2") {
			t.Errorf("console %s answers\n%s", call, text)
		}
		for _, v := range variables {
			_, rest, found := strings.Cut(text, "\n  --"+v.flag)
			entry, _, _ := strings.Cut(rest, "\n\n")
			if _, value, _ := strings.Cut(entry, "default: "); !found || !strings.Contains(entry, v.env+"\n") || strings.TrimSpace(value) == "" {
				t.Errorf("console %s says of --%s: %q", call, v.flag, entry)
			}
		}
	}
	for _, want := range []string{"default: 127.0.0.1:8080", "default: eu-west-101,ap-southeast-3,cn-north-4"} {
		var out strings.Builder
		if err := run(context.Background(), []string{"help"}, nil, &out, io.Discard); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%v; no %q in help", err, want)
		}
	}
}

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"

	"sharedkms/internal/store"
)

// config is all that can be set, read once. Every field is text as it was given; the methods
// below give what it means. A variable that is empty counts as not set.
type config struct {
	Addr           string   `env:"CONSOLE_ADDR" envDefault:"127.0.0.1:8080"`
	DataDir        string   `env:"CONSOLE_DATA_DIR" envDefault:"./data"`
	DatabaseURL    string   `env:"DATABASE_URL"`
	MigrateURL     string   `env:"CONSOLE_MIGRATE_URL"`
	DBPooler       string   `env:"CONSOLE_DB_POOLER"`
	RootKey        string   `env:"CONSOLE_ROOT_KEY"`
	Objects        string   `env:"CONSOLE_OBJECTS"`
	PublicURL      string   `env:"CONSOLE_PUBLIC_URL"`
	TrustedProxies []string `env:"CONSOLE_TRUSTED_PROXIES"`
	EgressAllow    []string `env:"CONSOLE_EGRESS_ALLOW"`
	Regions        []string `env:"CONSOLE_REGIONS" envDefault:"eu-west-101,ap-southeast-3,cn-north-4"`
	Demo           string   `env:"CONSOLE_DEMO"`
	DemoPublic     string   `env:"CONSOLE_DEMO_PUBLIC"`
}

// variable names one setting: its environment variable, its flag, the word for a value (empty:
// a switch), what it means, and what holds without it where config has no default.
type variable struct{ env, flag, value, meaning, without string }

var variables = []variable{
	{"CONSOLE_ADDR", "addr", "HOST:PORT", "address to listen on", ""},
	{"CONSOLE_DATA_DIR", "data-dir", "DIRECTORY", "where the embedded database and the root key file lie", ""},
	{"DATABASE_URL", "database-url", "URL", "PostgreSQL, as postgres://…", "SQLite in the data directory"},
	{"CONSOLE_MIGRATE_URL", "migrate-url", "URL", "direct connection for migrations, when the other goes through a pooler", "DATABASE_URL"},
	{"CONSOLE_DB_POOLER", "db-pooler", "transaction", "the pooler gives a connection per transaction, so no prepared statements", "no pooler"},
	{"CONSOLE_ROOT_KEY", "root-key", "SOURCE", "where the root key comes from: file:PATH or env:NAME", "a file in the data directory, made on first start; with PostgreSQL none, it must be named"},
	{"CONSOLE_OBJECTS", "objects", "PLACE", "where objects are kept: file:PATH or s3://bucket?endpoint=…; checked, but not used yet", "the data directory; with PostgreSQL none, it must be named"},
	{"CONSOLE_PUBLIC_URL", "public-url", "ORIGIN", "what browsers see, such as https://kms.example.com; beside it only loopback and the listen address are answered", "none, every host name is answered; in a demo only loopback and the listen address"},
	{"CONSOLE_TRUSTED_PROXIES", "trusted-proxies", "CIDR,…", "networks whose word about the client's address is believed", "none"},
	{"CONSOLE_EGRESS_ALLOW", "egress-allow", "CIDR,…", "networks that webhooks and databases of accounts may reach; checked, but not used yet", "none"},
	{"CONSOLE_REGIONS", "regions", "REGION,…", "regions offered; one that holds keys cannot be dropped", ""},
	{"CONSOLE_DEMO", "demo", "", "the demo world, one-click identities and a banner", "off"},
	{"CONSOLE_DEMO_PUBLIC", "demo-public", "", "lets the demo listen on an address that others can reach", "off"},
}

// fromEnvironment takes out of the environment what the console knows.
func fromEnvironment(environ []string) map[string]string {
	env := map[string]string{}
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		if known(name) && value != "" {
			env[name] = value
		}
	}
	return env
}

// withFlags makes the flags, which override what env holds. They print nothing: help and
// errors are said by their caller.
func withFlags(env map[string]string) *flag.FlagSet {
	flags := flag.NewFlagSet("console", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	for _, v := range variables {
		set := func(value string) error { env[v.env] = value; return nil }
		if v.value == "" {
			flags.BoolFunc(v.flag, v.meaning, set)
		} else {
			flags.Func(v.flag, v.meaning, set)
		}
	}
	return flags
}

func known(name string) bool {
	return slices.ContainsFunc(variables, func(v variable) bool { return v.env == name })
}

// readConfig checks everything and reports all problems together. No problem quotes a value
// that may hold a secret.
func readConfig(environment map[string]string) (config, error) {
	var c config
	if err := env.ParseWithOptions(&c, env.Options{Environment: environment}); err != nil {
		return c, fmt.Errorf("read the environment: %w", err)
	}
	var problems []error
	wrong := func(name, format string, args ...any) {
		problems = append(problems, fmt.Errorf("%s: %s", name, fmt.Sprintf(format, args...)))
	}
	host, port, err := net.SplitHostPort(c.Addr)
	if err != nil || port == "" {
		wrong("CONSOLE_ADDR", "write host:port, such as 127.0.0.1:8080")
	}
	c.checkDatabase(wrong)
	c.checkStorage(wrong)
	if c.PublicURL != "" {
		u, err := url.Parse(c.PublicURL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
			wrong("CONSOLE_PUBLIC_URL", "write an origin without a path, such as https://kms.example.com")
		} else {
			c.PublicURL = u.Scheme + "://" + u.Host
		}
	}
	for _, cidrs := range []struct {
		name string
		list []string
	}{{"CONSOLE_TRUSTED_PROXIES", c.TrustedProxies}, {"CONSOLE_EGRESS_ALLOW", c.EgressAllow}} {
		if _, err := networks(cidrs.list); err != nil {
			wrong(cidrs.name, "%v", err)
		}
	}
	c.checkRegions(wrong)
	for _, s := range []struct{ name, value string }{{"CONSOLE_DEMO", c.Demo}, {"CONSOLE_DEMO_PUBLIC", c.DemoPublic}} {
		if _, ok := switched(s.value); !ok {
			wrong(s.name, "write on or off")
		}
	}
	if on(c.Demo) && !on(c.DemoPublic) && !loopback(host) {
		wrong("CONSOLE_DEMO", "anyone who reaches a demo can sign in as anyone, and %s can be reached by others; listen on 127.0.0.1, or set CONSOLE_DEMO_PUBLIC=1", c.Addr)
	}
	return c, errors.Join(problems...)
}

type reporter func(name, format string, args ...any)

func (c *config) checkDatabase(wrong reporter) {
	for _, u := range []struct{ name, value string }{{"DATABASE_URL", c.DatabaseURL}, {"CONSOLE_MIGRATE_URL", c.MigrateURL}} {
		if u.value != "" && !strings.HasPrefix(u.value, "postgres://") && !strings.HasPrefix(u.value, "postgresql://") {
			wrong(u.name, "write a URL that begins with postgres://")
		}
	}
	if c.MigrateURL != "" && c.DatabaseURL == "" {
		wrong("CONSOLE_MIGRATE_URL", "has no meaning without DATABASE_URL")
	}
	switch {
	case c.DBPooler != "" && c.DBPooler != "transaction":
		wrong("CONSOLE_DB_POOLER", "write transaction, or leave it empty")
	case c.DBPooler != "" && c.DatabaseURL == "":
		wrong("CONSOLE_DB_POOLER", "has no meaning without DATABASE_URL")
	}
}

func (c *config) checkStorage(wrong reporter) {
	if c.DatabaseURL != "" {
		if c.RootKey == "" {
			wrong("CONSOLE_ROOT_KEY", "name it with PostgreSQL, because replicas share it: file:PATH or env:NAME")
		}
		if c.Objects == "" {
			wrong("CONSOLE_OBJECTS", "name it with PostgreSQL, because replicas share it: file:PATH or s3://bucket?endpoint=…")
		}
	}
	if c.RootKey != "" && !specified(c.RootKey, "file", "env") {
		wrong("CONSOLE_ROOT_KEY", "write file:PATH or env:NAME")
	}
	if c.Objects == "" || specified(c.Objects, "file") {
		return
	}
	if u, err := url.Parse(c.Objects); err != nil || u.Scheme != "s3" || u.Host == "" || u.Query().Get("endpoint") == "" {
		wrong("CONSOLE_OBJECTS", "write file:PATH or s3://bucket?endpoint=…")
	}
}

// specified reports whether spec is "scheme:rest" with one of the schemes and a rest.
func specified(spec string, schemes ...string) bool {
	scheme, rest, _ := strings.Cut(spec, ":")
	return slices.Contains(schemes, scheme) && rest != ""
}

var regionName = regexp.MustCompile(`^[a-z][a-z0-9-]{1,30}[a-z0-9]$`)

func (c *config) checkRegions(wrong reporter) {
	for i, r := range c.Regions {
		c.Regions[i] = strings.TrimSpace(r)
		switch r = c.Regions[i]; {
		case !regionName.MatchString(r):
			wrong("CONSOLE_REGIONS", "%q is no region: use 3 to 32 lower-case letters, digits and -", r)
		case slices.Contains(c.Regions[:i], r):
			wrong("CONSOLE_REGIONS", "%s stands twice", r)
		}
	}
	if len(c.Regions) == 0 {
		wrong("CONSOLE_REGIONS", "offer at least one region")
	}
}

// networks reads CIDRs; a bare address is a network of one.
func networks(list []string) ([]*net.IPNet, error) {
	var result []*net.IPNet
	for _, text := range list {
		text = strings.TrimSpace(text)
		if ip := net.ParseIP(text); ip != nil {
			bits := 8 * len(ip)
			if v4 := ip.To4(); v4 != nil {
				ip, bits = v4, 32
			}
			result = append(result, &net.IPNet{IP: ip, Mask: net.CIDRMask(bits, bits)})
			continue
		}
		_, network, err := net.ParseCIDR(text)
		if err != nil {
			return nil, fmt.Errorf("%q is no network: write CIDRs such as 10.0.0.0/8, separated by commas", text)
		}
		result = append(result, network)
	}
	return result, nil
}

// switched reads on or off; ok is false for anything else.
func switched(value string) (isOn, ok bool) {
	switch strings.ToLower(value) {
	case "1", "on", "true", "yes":
		return true, true
	case "", "0", "off", "false", "no":
		return false, true
	}
	return false, false
}

func on(value string) bool { v, _ := switched(value); return v }

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// database is where the rows are.
func (c *config) database() store.Config {
	return store.Config{URL: c.DatabaseURL, MigrateURL: c.MigrateURL, Pooler: c.DBPooler, File: c.file("console.db")}
}

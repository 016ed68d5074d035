package web

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// hosts decides for which names the console answers. A page of another site can have its own
// name resolved to this address and then read the answers as its own (DNS rebinding): the
// name it asks for gives it away.
type hosts struct {
	off    bool   // neither public origin nor demo world: any name
	public string // of the public origin, without port, in lower case
	listen string // of the listen address, without port
	anyIP  bool   // an open demo without a public origin is reached by addresses
}

func newHosts(cfg Config) hosts {
	h := hosts{off: !cfg.Demo && cfg.PublicURL == "", anyIP: cfg.DemoPublic && cfg.PublicURL == ""}
	if u, err := url.Parse(cfg.PublicURL); err == nil {
		h.public = strings.ToLower(u.Hostname())
	}
	if host, _, err := net.SplitHostPort(cfg.Addr); err == nil {
		h.listen = strings.ToLower(host)
	}
	return h
}

// serves reports whether the host of a request, which may have a port, is one of ours.
func (h hosts) serves(host string) bool {
	if h.off {
		return true
	}
	name := strings.TrimSuffix(strings.ToLower((&url.URL{Host: host}).Hostname()), ".")
	if name == "" {
		return false
	}
	if name == "localhost" || name == h.public || name == h.listen {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && (h.anyIP || ip.Unmap().IsLoopback())
}

// near reports whether a request comes straight from this machine or a private network:
// by no proxy, which would forward what the world asks.
func near(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	ip := peer.Addr().Unmap()
	return ip.IsLoopback() || ip.IsPrivate()
}

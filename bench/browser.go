package main

import "sharedkms/bench/browser"

func (s *site) browsers(n int) []*browser.Browser {
	list := make([]*browser.Browser, n)
	for i := range list {
		b := browser.New(s.addr, 0)
		s.w.atEnd(b.Close)
		list[i] = b
	}
	return list
}

// get is the text of a request for a page.
func (s *site) get(path, token string, headers ...string) []byte {
	return browser.Get(s.addr, path, "sign-in="+token, headers...)
}

func (s *site) post(path, token, form string) []byte {
	return browser.Post(s.addr, path, "sign-in="+token, form)
}

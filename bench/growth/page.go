package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"sharedkms/bench/browser"
	"sharedkms/bench/measure"
	"sharedkms/bench/scale"
	"sharedkms/internal/iam"
)

// pages measures every page of both worlds.
func pages(ctx context.Context, o options, sites [3]*site) ([]pair, error) {
	small, large := sites[1], sites[2]
	var lists [2][]scale.Page
	for i, s := range []*site{large, small} {
		heavy, err := s.caller(ctx, s.world.Heavy)
		if err != nil {
			return nil, err
		}
		draft, err := s.world.Draft(ctx, s.services.RAM, heavy)
		if err != nil {
			return nil, err
		}
		lists[i] = s.world.Pages(string(draft))
	}
	var pairs []pair
	var unlike []error
	for i, p := range lists[0] {
		if lists[1][i].Name != p.Name {
			return nil, fmt.Errorf("%s and %s are not the same page", p.Name, lists[1][i].Name)
		}
		if !o.only.MatchString("scale/" + slug(p.Name)) {
			continue
		}
		var both pair
		for n, s := range []*site{large, small} {
			var err error
			if both.acts[n], err = s.visits(ctx, lists[n][i]); err != nil {
				return nil, err
			}
		}
		if err := alike(p.Name, both.acts[0].Bytes, both.acts[1].Bytes); err != nil && !larger["scale/"+slug(p.Name)] {
			unlike = append(unlike, err)
		}
		both.acts[0].Name, both.acts[1].Name = "scale/"+slug(p.Name), "small/"+slug(p.Name)
		both.acts[0].Limit = both.acts[1].Name
		pairs = append(pairs, both)
	}
	return pairs, errors.Join(unlike...)
}

// alike says that two answers show as much: a page that shows less costs less.
func alike(name string, large, small int) error {
	if big := max(large, small); 10*(big-min(large, small)) > big {
		return fmt.Errorf("%s has %d bytes in the large world and %d in the small one: not the same page", name, large, small)
	}
	return nil
}

// slug is a name without anything but letters, digits, dashes and its slash.
func slug(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r != '/' && !unicode.IsLetter(r):
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// visits asks for a page again and again. A page that was not answered, which takes a
// database longer than the console waits for it, does nothing.
func (s *site) visits(ctx context.Context, p scale.Page) (measure.Scenario, error) {
	token, err := s.token(ctx, p.Account)
	if err != nil {
		return measure.Scenario{}, err
	}
	request := browser.Get(s.addr, p.Path, "sign-in="+token)
	b := browser.New(s.addr, 0)
	s.atEnd(b.Close)
	began := time.Now()
	answer, err := b.Fetch(request)
	v := measure.Scenario{
		Rows: s.world.Size.Heavy, Bytes: len(answer.Body), Queries: s.queries.N,
		Do: func(context.Context, int) error { return b.Send(request, 200) },
	}
	if err == nil && answer.Status != 200 {
		fmt.Printf("%s: GET %s: status %d after %s\n", p.Name, p.Path, answer.Status, time.Since(began).Round(time.Millisecond))
		v.Do = nil
	}
	return v, err
}

// token signs an account's root user in, once.
func (s *site) token(ctx context.Context, a scale.Account) (string, error) {
	if known, ok := s.tokens[a.ID]; ok {
		return known, nil
	}
	token, err := s.services.IAM.SignInDemo(ctx, a.Root, iam.Device{Address: "127.0.0.1", Agent: "growth"})
	s.tokens[a.ID] = token
	return token, err
}

func (s *site) caller(ctx context.Context, a scale.Account) (iam.Caller, error) {
	token, err := s.token(ctx, a)
	if err != nil {
		return iam.Caller{}, err
	}
	in, err := s.services.IAM.Authenticate(ctx, token)
	return in.Caller, err
}

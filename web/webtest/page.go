package webtest

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// One finds exactly one element, or fails the test.
func (p *Page) One(selector string) *goquery.Selection {
	p.t.Helper()
	found := p.Find(selector)
	if found.Length() != 1 {
		p.t.Fatalf("%s: %d elements match %q, want 1. The page says: %s", p.URL.Path, found.Length(), selector, p.Text())
	}
	return found
}

// Text is what the page's main part says, with single spaces.
func (p *Page) Text() string {
	return strings.Join(strings.Fields(p.Find("main").Text()), " ")
}

// Hrefs lists where the links lead that the selector finds.
func (p *Page) Hrefs(selector string) []string {
	return p.Find(selector).Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("href", "") })
}

// H1 is the heading.
func (p *Page) H1() string { return strings.Join(strings.Fields(p.Find("h1").Text()), " ") }

// Want fails the test unless the page has that status.
func (p *Page) Want(status int) *Page {
	p.t.Helper()
	if p.Status != status {
		p.t.Fatalf("%s: status %d, want %d. The page says: %s", p.URL.RequestURI(), p.Status, status, p.Text())
	}
	return p
}

// WantText fails the test unless the main part says all of these.
func (p *Page) WantText(parts ...string) *Page {
	p.t.Helper()
	text := p.Text()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			p.t.Errorf("%s: does not say %q. It says: %s", p.URL.RequestURI(), part, text)
		}
	}
	return p
}

// WantQueries fails the test when the last request sent more statements than the budget.
func (p *Page) WantQueries(most int) *Page {
	p.t.Helper()
	if p.Queries > most {
		p.t.Errorf("%s: %d queries, budget %d", p.URL.RequestURI(), p.Queries, most)
	}
	return p
}

// Check fails the test unless the page is well made: one h1, one main, at most one primary button
// outside dialogs, a label for each field, ids that are unique, a token in each form that posts.
func (p *Page) Check() *Page {
	p.t.Helper()
	for _, problem := range p.problems() {
		p.t.Errorf("%s: %s", p.URL.RequestURI(), problem)
	}
	return p
}

func (p *Page) problems() []string {
	var list []string
	note := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if n := p.Find("h1").Length(); n != 1 {
		note("%d h1", n)
	}
	if n := p.Find("main#main").Length(); n != 1 {
		note("%d main#main", n)
	}
	primaries := p.Find("main .pf-m-primary").FilterFunction(func(_ int, s *goquery.Selection) bool { return s.Closest("dialog").Length() == 0 })
	if primaries.Length() > 1 {
		note("%d primary buttons", primaries.Length())
	}
	ids := map[string]int{}
	p.Find("[id]").Each(func(_ int, s *goquery.Selection) { ids[s.AttrOr("id", "")]++ })
	for id, n := range ids {
		if n > 1 {
			note("id %q stands %d times", id, n)
		}
	}
	p.Find("input, select, textarea").Each(func(_ int, s *goquery.Selection) {
		if kind := s.AttrOr("type", ""); kind == "hidden" || kind == "submit" {
			return
		}
		_, named := s.Attr("aria-label")
		id := s.AttrOr("id", "")
		if !named && (id == "" || p.Find(fmt.Sprintf("label[for=%q]", id)).Length() == 0) && s.Closest("label").Length() == 0 {
			note("field %q has no label", s.AttrOr("name", ""))
		}
	})
	p.Find("form").Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("method", "") == "post" && s.Find("input[name=form_token]").Length() != 1 {
			note("form to %s has no token", s.AttrOr("action", ""))
		}
	})
	p.Find("[style], script:not([src]), [onclick]").Each(func(_ int, s *goquery.Selection) {
		note("inline style or script in <%s>", goquery.NodeName(s))
	})
	return list
}

// form finds a form, and the button that is pressed.
func (p *Page) form(selector string) (form, pressed *goquery.Selection) {
	p.t.Helper()
	found := p.One(selector)
	if goquery.NodeName(found) != "form" {
		pressed = found
		if id, ok := found.Attr("form"); ok {
			return p.One("form#" + id), pressed
		}
		form = found.Closest("form")
		if form.Length() != 1 {
			p.t.Fatalf("%s: %q is no form and stands in none", p.URL.Path, selector)
		}
		return form, pressed
	}
	submit := `button[type=submit], input[type=submit], button:not([type])`
	pressed = found.Find(submit).First()
	if id, ok := found.Attr("id"); pressed.Length() == 0 && ok {
		pressed = p.Find(fmt.Sprintf("button[form=%q]", id)).First()
	}
	return found, pressed
}

// outside finds fields of a form that stand elsewhere on the page.
func outside(p *Page, form *goquery.Selection, name string) *goquery.Selection {
	id, ok := form.Attr("id")
	if !ok {
		return form.Find("nothing-has-this-name")
	}
	return p.Find(fmt.Sprintf("[form=%q][name=%q]", id, name))
}

// formData is what a browser would send, without a button.
func formData(form *goquery.Selection) url.Values {
	data := url.Values{}
	form.Find("input, select, textarea").Each(func(_ int, s *goquery.Selection) {
		name, ok := s.Attr("name")
		if _, disabled := s.Attr("disabled"); !ok || name == "" || disabled {
			return
		}
		switch {
		case goquery.NodeName(s) == "select":
			option := s.Find("option[selected]").First()
			if option.Length() == 0 {
				option = s.Find("option").First()
			}
			if option.Length() == 1 {
				data.Add(name, option.AttrOr("value", option.Text()))
			}
		case goquery.NodeName(s) == "textarea":
			data.Add(name, s.Text()) // the parser has dropped a first line break
		case slices.Contains([]string{"checkbox", "radio"}, s.AttrOr("type", "")):
			if _, checked := s.Attr("checked"); checked {
				data.Add(name, s.AttrOr("value", "on"))
			}
		case !slices.Contains([]string{"submit", "button", "image", "file", "reset"}, s.AttrOr("type", "")):
			data.Add(name, s.AttrOr("value", ""))
		}
	})
	return data
}

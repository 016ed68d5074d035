package handle

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"unicode/utf8"

	decode "github.com/go-playground/form/v4"

	"sharedkms/internal/fault"
	"sharedkms/views/components/form"
)

var decoder = sync.OnceValue(func() func(any, url.Values) error {
	d := decode.NewDecoder()
	d.SetMode(decode.ModeExplicit) // only fields with a tag: a form cannot reach others
	d.SetMaxArraySize(1000)
	return d.Decode
})

// Form reads the posted form into the struct that dst points to, by tags: `form:"name"`;
// repeated names go into a slice. Line breaks become "\n" (browsers send CR LF). It does not
// trim and does not judge: checks of values belong to the domain.
//
// Errors: Invalid when a value has the wrong type for its field.
func (x *Exchange) Form(dst any) error {
	values := url.Values{}
	for name, list := range x.echo.Request().PostForm {
		for _, v := range list {
			values.Add(name, strings.ReplaceAll(v, "\r\n", "\n"))
		}
	}
	if err := decoder()(dst, values); err != nil {
		return &fault.Error{Kind: fault.Invalid, Message: "The form holds a value of the wrong kind. Open the page again.", Cause: err}
	}
	return nil
}

// AtMost refuses a post that repeats one of the names more than n times, before anything is
// made of it: a page draws each row several times, so a small post would become a large page.
//
// Errors: Invalid.
func (x *Exchange) AtMost(n int, names ...string) error {
	for _, name := range names {
		if got := len(x.echo.Request().PostForm[name]); got > n {
			return fault.New(fault.Invalid, "", fmt.Sprintf("The form has %d rows where at most %d are possible.", got, n))
		}
	}
	return nil
}

// Do is the value of the button that sent the form (form.NameDo); empty is the main act.
func (x *Exchange) Do() string { return x.echo.Request().PostForm.Get(form.NameDo) }

// CheckText refuses bytes that are no text: what is not UTF-8, and NUL, which PostgreSQL
// cannot keep.
//
// Errors: Invalid.
func CheckText(values url.Values) error {
	for name, list := range values {
		for _, v := range append(list, name) {
			if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				return &fault.Error{Kind: fault.Invalid, Message: "The request holds bytes that are not text.", Cause: fmt.Errorf("field %q", strings.ToValidUTF8(name, "?"))}
			}
		}
	}
	return nil
}

// Refusal is an error that a form shows instead of an error page: input that needs a change,
// a name that is taken, a wrong state, a reached quota.
type Refusal struct{ fault *fault.Error }

// Refused finds the refusal in err; ok is false for every error that a form cannot show.
// The form comes back with status 422.
func Refused(err error) (r Refusal, ok bool) {
	f, ok := fault.As(err)
	if !ok {
		return r, false
	}
	switch f.Kind {
	case fault.Invalid, fault.Conflict, fault.State, fault.Quota, fault.Busy:
		return Refusal{f}, true
	}
	return r, false
}

// Field is all that is wrong with one input, a line each, and a code, both empty when it is
// fine or nothing was refused.
func (r Refusal) Field(name string) (message, code string) {
	if r.fault == nil {
		return "", ""
	}
	var messages []string
	for _, f := range r.fault.Fields {
		if f.Name == name {
			messages, code = append(messages, f.Message), f.Code
		}
	}
	return strings.Join(messages, "\n"), code
}

// Message is the sentence of the refusal as a whole, with its code; empty when it is about
// single inputs.
func (r Refusal) Message() string {
	switch {
	case r.fault == nil || len(r.fault.Fields) > 0:
		return ""
	case r.fault.Code == "":
		return r.fault.Message
	default:
		return r.fault.Message + " " + r.fault.Code
	}
}

// Label names an input in the summary above a form.
type Label struct {
	Field string // as the fault names it
	Text  string // as the form labels it
	ID    string // of the control, when it is not Field
}

// Problems is the summary above the form, in the order of labels; inputs without a label
// come last, without a link.
func (r Refusal) Problems(labels ...Label) []form.Problem {
	if r.fault == nil {
		return nil
	}
	if len(r.fault.Fields) == 0 {
		return []form.Problem{{Text: r.Message()}}
	}
	var list []form.Problem
	known := map[string]bool{}
	for _, l := range labels {
		known[l.Field] = true
		for _, f := range r.fault.Fields {
			if f.Name != l.Field {
				continue
			}
			id := l.ID
			if id == "" {
				id = l.Field
			}
			list = append(list, form.Problem{Field: id, Label: l.Text, Text: f.Message})
		}
	}
	for _, f := range r.fault.Fields {
		if !known[f.Name] {
			list = append(list, form.Problem{Text: f.Message})
		}
	}
	return list
}

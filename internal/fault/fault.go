// Package fault holds the kinds of error the domain knows, and nothing else.
//
// A fault is an answer for a person: a kind, a sentence, the vendor's code and,
// for bad input, a message per field. What is not a fault is a defect or an
// outage, and reaches people only as a page with a request number. The mapping
// from kind to HTTP status lives in web/errors.go alone, so that the domain never
// learns about HTTP (rejected: errors that carry a status).
package fault

import (
	"errors"
	"strings"
)

// Kind says what sort of refusal an Error is.
type Kind int

// The kinds. Invalid: input is wrong. Unauthenticated: nobody is signed in.
// Forbidden: related, not allowed. NotFound: missing, or another account's.
// Conflict: somebody else changed it, or the name is taken. State: right object,
// wrong state. Quota: a limit is reached. Busy: too many at once, try again.
// Unavailable: a dependency does not answer.
const (
	Invalid Kind = iota + 1
	Unauthenticated
	Forbidden
	NotFound
	Conflict
	State
	Quota
	Busy
	Unavailable
)

// String names the kind for logs.
func (k Kind) String() string {
	names := [...]string{"unknown", "invalid", "unauthenticated", "forbidden", "not found", "conflict", "state", "quota", "busy", "unavailable"}
	if k < 0 || int(k) >= len(names) {
		return names[0]
	}
	return names[k]
}

// Field is what is wrong with one input, named as the form names it.
type Field struct {
	Name    string
	Message string
	Code    string // vendor's code, or empty
	At      int    // which of the several things of a list, from 1; 0: the input as a whole
}

// Link is one step of the chain that explains a refusal: what was looked at,
// whether it held, and who can repair it.
type Link struct {
	Subject string // "Key state", "Share", "Permission", "Principal", "Accepted", "Your policy"
	Holds   bool
	Text    string
}

// Error is an answer for a person. Message is a sentence that says what is the
// case and what to do; it never holds a secret.
type Error struct {
	Kind    Kind
	Code    string // vendor's code, such as KMS.0306, or empty
	Message string
	Fields  []Field
	Why     []Link // for Forbidden on a shared resource
	Cause   error
}

// Error joins message and fields, for logs.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.String())
	if e.Code != "" {
		b.WriteString(" " + e.Code)
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	for _, f := range e.Fields {
		b.WriteString("; " + f.Name + ": " + f.Message)
	}
	if e.Cause != nil {
		b.WriteString(": " + e.Cause.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// New makes a fault of kind with the vendor's code (or "") and a sentence.
func New(kind Kind, code, message string) *Error {
	return &Error{Kind: kind, Code: code, Message: message}
}

// InField makes an Invalid fault about one input.
func InField(name, code, message string) *Error {
	return &Error{Kind: Invalid, Code: code, Message: "Some input needs a change.", Fields: []Field{{Name: name, Message: message, Code: code}}}
}

// Is reports whether err is, or wraps, a fault of kind.
func Is(err error, kind Kind) bool {
	f, ok := As(err)
	return ok && f.Kind == kind
}

// As finds the fault in err.
func As(err error) (*Error, bool) {
	var f *Error
	if errors.As(err, &f) {
		return f, true
	}
	return nil, false
}

// Fields gathers the messages of several inputs, so that a form shows all of them
// at once.
type Fields []Field

// Add notes that name is wrong.
func (f *Fields) Add(name, code, message string) {
	*f = append(*f, Field{Name: name, Message: message, Code: code})
}

// Err is nil when nothing was added, else one Invalid fault with all fields.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: f[0].Code, Message: "Some input needs a change.", Fields: f}
}

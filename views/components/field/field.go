// Package field draws one labelled control with its rule and its error.
//
// Above stands the label with a red star when the field is required and the grey word optional when
// not; below the rule of the field, before any error; after an error the sentence that says what is
// wrong with this value and what to do, the code last. Label, rule and error are tied to the control
// by for, aria-describedby and aria-invalid. What people typed comes back, secrets never: Password
// takes no value.
package field

import "strconv"

// Props is what a control may have beside its label and name.
type Props struct {
	ID           string // the name, when empty
	Value        string
	Help         string // the rule
	Error        string // what is wrong with this value and what to do, a sentence
	Code         string // the error's code, shown last
	Placeholder  string
	Autocomplete string
	Type         string // of Text: text when empty; "date", "number", "email"
	Max          int    // maxlength, in the browser's count (UTF-16 units); 0 for none
	Rows         int    // of Textarea; 3 when 0
	Count        string // of Textarea: "characters" or "bytes", writes "82 of 256 characters"
	Limit        int    // of Textarea: the limit that Count names
	Required     bool
	Bare         bool // neither star nor the word optional, where a form has one field
	Disabled     bool
	Mono         bool // for keys, ciphertext and other text that is compared letter by letter
	Focus        bool
}

// Option is one choice of Select or Radios.
type Option struct {
	Value    string
	Text     string
	Note     string // of Radios: grey sentence below
	Selected bool
	Disabled bool // Note says why
}

func (p *Props) id(name string) string {
	if p.ID != "" {
		return p.ID
	}
	return name
}

// describedBy lists the ids of rule and error.
func (p *Props) describedBy(id string) string {
	if p.Help == "" && p.Error == "" && p.Count == "" {
		return ""
	}
	return id + "-help"
}

// counted is the number that the counter starts with.
func (p *Props) counted() string {
	if p.Count == "bytes" {
		return strconv.Itoa(len(p.Value))
	}
	return strconv.Itoa(len([]rune(p.Value)))
}

func (p *Props) control(base string) string {
	class := "pf-v6-c-form-control" + base
	if p.Required {
		class += " pf-m-required"
	}
	if p.Disabled {
		class += " pf-m-disabled"
	}
	if p.Error != "" {
		class += " pf-m-error"
	}
	return class
}

func (p *Props) rows() string {
	if p.Rows == 0 {
		return "3"
	}
	return strconv.Itoa(p.Rows)
}

func (p *Props) inputType() string {
	if p.Type == "" {
		return "text"
	}
	return p.Type
}

func (p *Props) withoutValue() *Props {
	copied := *p
	copied.Value = ""
	return &copied
}

func (p *Props) checkValue() string {
	if p.Value == "" {
		return "on"
	}
	return p.Value
}

// lead keeps a line break that the value begins with: HTML drops the first one of a textarea.
func lead(value string) string {
	if len(value) > 0 && (value[0] == '\n' || value[0] == '\r') {
		return "\n" + value
	}
	return value
}

func optionID(id string, i int) string { return id + "-" + strconv.Itoa(i+1) }

package kms

import (
	"time"

	"sharedkms/internal/kms"
	"sharedkms/views/components/field"
	"sharedkms/views/components/form"
	"sharedkms/views/components/tabs"
	"sharedkms/views/to"
)

// Tabs of a key's page; Basic Information has none.
const (
	TabTool   = "tool"
	TabTags   = "tags"
	TabShares = "shares"
)

// KeyDetail is the page of a key.
type KeyDetail struct {
	kms.Detail
	Tab        string
	Tabs       []tabs.Tab
	Now        time.Time
	CanUpdate  bool // rename and describe
	CanUse     bool // in a new secret
	CanTag     bool
	CanUntag   bool
	CanShare   bool   // put the key into a new share
	Secrets    string // where the reader's secrets under this key are listed; empty when there is none to see
	Questions  []Question
	EditName   *field.Props
	EditAbout  *field.Props
	Tool       *Tool
	NewTag     TagForm
	Problems   []form.Problem
	ProblemsOf string
}

// TagForm is the form that adds a tag.
type TagForm struct{ Key, Value field.Props }

// Tool is the online tool with what was typed and what came out.
type Tool struct {
	Refusal  string // why the key does no cryptography now
	Encrypt  bool   // the reader may
	Decrypt  bool
	Decrypts bool // the mode in force
	Plain    field.Props
	Cipher   field.Props
	AAD      field.Props
	Problems []form.Problem
	Result   *Result
}

// Result is what Execute gave.
type Result struct {
	Title   string
	Note    string
	Text    string
	Label   string // of the copy button
	KeyName string // of the key that the ciphertext names, when it is another one
	KeyHref string
}

// NewKeyDetail makes the model; tab is what the address asks for, and falls back to the first one.
func NewKeyDetail(d kms.Detail, tab string, now time.Time, token string) KeyDetail {
	m := KeyDetail{Detail: d, Now: now}
	own := !d.Foreign()
	m.CanUpdate = own && d.Kind == kms.Custom && d.State != kms.PendingDeletion && d.May(kms.ActionUpdate)
	m.CanUse = d.Kind == kms.Custom && d.Refusal() == "" && d.May(kms.ActionCreateData) && d.May(kms.ActionDecryptKey)
	m.CanTag = own && d.Kind == kms.Custom && d.May(kms.ActionCreateTag)
	m.CanUntag = own && d.Kind == kms.Custom && d.May(kms.ActionDeleteTag)
	page := func(name string) string { return to.KeyTab(d.Region, string(d.ID), name) }
	all := []tabs.Tab{{Text: "Basic Information", Href: to.Key(d.Region, string(d.ID))}}
	names := []string{""}
	add := func(shown bool, name, text string) {
		if shown {
			all, names = append(all, tabs.Tab{Text: text, Href: page(name)}), append(names, name)
		}
	}
	add(d.Kind == kms.Custom && d.Symmetric() && (d.May(kms.ActionEncryptData) || d.May(kms.ActionDecryptData)), TabTool, "Tool")
	add(d.Kind == kms.Custom && d.May(kms.ActionGetTags), TabTags, "Tags")
	add(own && d.Kind == kms.Custom, TabShares, "Resource Shares")
	for i, name := range names {
		if name == tab {
			m.Tab, all[i].Current = name, true
		}
	}
	if m.Tab == "" {
		all[0].Current = true
	}
	m.Tabs = all
	if own && d.Kind == kms.Custom {
		for _, q := range []struct {
			act string
			may bool
		}{
			{"enable", d.May(kms.ActionEnable)}, {"disable", d.May(kms.ActionDisable)}, {"cancel-deletion", d.May(kms.ActionUpdate)}, {"delete", d.May(kms.ActionUpdate)},
		} {
			if question, ok := NewQuestion(d, q.act, token, Typed{}); ok && q.may {
				m.Questions = append(m.Questions, question)
			}
		}
	}
	if m.Tab == TabTool {
		m.Tool = NewTool(d)
	}
	return m
}

// NewTool is the empty tool of a key.
func NewTool(d kms.Detail) *Tool {
	t := &Tool{
		Refusal: d.Refusal(), Encrypt: d.May(kms.ActionEncryptData), Decrypt: d.May(kms.ActionDecryptData),
		Plain:  field.Props{Required: true, Count: "bytes", Limit: kms.PlainMax, Rows: 6, Autocomplete: "off", Help: "The UTF-8 bytes are encrypted as they are, so the API decrypts the same text."},
		Cipher: field.Props{Required: true, Rows: 6, Mono: true, Autocomplete: "off", Help: "Base64. The key is found in the ciphertext, whichever key's page is open."},
		AAD:    field.Props{Autocomplete: "off", Help: "At most 128 bytes. Not secret; the same words are needed to decrypt."},
	}
	t.Decrypts = !t.Encrypt
	return t
}

// questionText is the button that opens a question.
func questionText(q Question) string {
	if q.Act == "delete" {
		return "Delete…"
	}
	return q.Dialog.Verb + "…"
}

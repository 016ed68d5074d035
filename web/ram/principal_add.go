package ram

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"sharedkms/internal/fault"
	"sharedkms/internal/ram"
	"sharedkms/views/components/alert"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

type principalForm struct {
	Principal string `form:"principal"`
	Again     string `form:"again"`      // the same, of a row that ended
	Several   string `form:"principals"` // one per line, or parted by spaces and commas
}

// parts are the words of a text in which space, comma and semicolon part them.
func parts(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' })
}

// byLine begins each message about one of the parts of a text with the line that it stands
// in, when there are several. before is how many others came before the first part.
func byLine(text string, before int, err error) error {
	f, ok := fault.As(err)
	lines := strings.Split(strings.TrimRight(text, "\r\n "), "\n")
	if !ok || len(lines) < 2 {
		return err
	}
	named := *f
	named.Fields = slices.Clone(f.Fields)
	for i, field := range named.Fields {
		if at := field.At - before; at > 0 {
			named.Fields[i].Message = "Line " + strconv.Itoa(lineOf(lines, at)) + ": " + field.Message
		}
	}
	return &named
}

// lineOf gives the line, from 1, in which a part of a text stands.
func lineOf(lines []string, part int) int {
	n := 0
	for n < len(lines)-1 && len(parts(lines[n])) < part {
		part -= len(parts(lines[n]))
		n++
	}
	return n + 1
}

// PrincipalAdd shares again with somebody who rejected, left, was removed or let the invitation expire.
func (h *Handlers) PrincipalAdd(x *handle.Exchange) error {
	var in principalForm
	if err := x.Form(&in); err != nil {
		return err
	}
	id := x.Param("id")
	if x.Do() == page.DoAddPrincipals {
		return h.principalsAdd(x, in)
	}
	p, err := h.ram.AddPrincipal(x.Context(), x.Caller, ram.ShareID(id), cmp.Or(in.Again, in.Principal))
	if refusal, ok := handle.Refused(err); ok {
		text := refusal.Message()
		if text == "" {
			text, _ = refusal.Field("principal")
		}
		return x.Redirect(to.Share(id), layout.Notice{Kind: alert.Danger, Text: text})
	}
	if err != nil {
		return err
	}
	if p.State == ram.InvitationPending {
		return x.Redirect(to.Share(id), handle.Done(p.Name+" received an invitation, valid for 7 days"))
	}
	return x.Redirect(to.Share(id), handle.Done(p.Name+" has access"))
}

// principalsAdd shares with all whom a text names, or with nobody when one of them cannot be named.
func (h *Handlers) principalsAdd(x *handle.Exchange, in principalForm) error {
	id := x.Param("id")
	added, err := h.ram.AddPrincipals(x.Context(), x.Caller, ram.ShareID(id), parts(in.Several))
	lines := byLine(in.Several, 0, err)
	if refusal, ok := handle.Refused(lines); ok {
		return h.showShare(x, http.StatusUnprocessableEntity, func(m *page.ShareDetail) {
			m.Add.Open, m.Add.Typed = true, input(in.Several, lines, "principal")
			m.NotDone, m.Problems = "Nobody was added", refusal.Problems(handle.Label{Field: "principal", Text: "Principals", ID: "add-principals"})
		})
	}
	if err != nil {
		return err
	}
	var t tally
	for _, p := range added {
		if p.State == ram.InvitationPending {
			t.add("invited, for 7 days")
		} else {
			t.add("with access at once")
		}
	}
	notice := t.notice("")
	return x.Redirect(to.Share(id), handle.Done(notice.Text))
}

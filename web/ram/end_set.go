package ram

import (
	"net/http"
	"strconv"

	"sharedkms/internal/ram"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

type endForm struct {
	Seen  string `form:"seen"`
	Date  string `form:"ends_date"`
	Clock string `form:"ends_time"`
	Days  string `form:"days"`
	Back  string `form:"back"`
}

// to is the end that the form asks for: typed, moved on from the one that was shown, or none.
func (in endForm) to(x *handle.Exchange) ram.End {
	if days, err := strconv.Atoi(in.Days); err == nil && days > 0 && days <= ram.MaxEnd*366 {
		return ram.End(in.Seen).Plus(days)
	}
	if x.Do() == page.DoRemoveEnd {
		return ""
	}
	return ram.TypedEnd(in.Date, in.Clock)
}

// EndForm shows the form of an end: of the share, or of the principal that the path names.
func (h *Handlers) EndForm(x *handle.Exchange) error {
	return h.endPage(x, http.StatusOK, func(*page.EndPage) {})
}

func (h *Handlers) endPage(x *handle.Exchange, status int, change func(m *page.EndPage)) error {
	id, association := x.Param("id"), x.Param("association")
	share, err := h.ram.GetShare(x.Context(), x.Caller, ram.ShareID(id))
	if err != nil {
		return err
	}
	m := page.NewShareEnd(share, rights(x, id), x.Now())
	if association != "" {
		var ok bool
		if m, ok = page.NewPrincipalEnd(share, association, rights(x, id), x.Now()); !ok {
			return ram.ErrNoPrincipal
		}
	}
	if m.End.Change == "" { // deleted, or no policy allows it
		return x.Redirect(to.Share(id))
	}
	change(&m)
	return x.Page(status, page.ShareEndPage(frameByMe(x, m.Title+" | Resource Shares"), m))
}

// EndSet sets, moves or removes an end.
func (h *Handlers) EndSet(x *handle.Exchange) error {
	var in endForm
	if err := x.Form(&in); err != nil {
		return err
	}
	id, end := x.Param("id"), in.to(x)
	err := h.ram.SetEnd(x.Context(), x.Caller, ram.ShareID(id), ram.SetEndInput{
		Principal: ram.AssociationID(x.Param("association")), Seen: ram.End(in.Seen), To: end,
	})
	if refusal, ok := handle.Refused(err); ok {
		return h.endPage(x, http.StatusUnprocessableEntity, func(m *page.EndPage) {
			if in.Days == "" {
				m.Fields = page.NewEnds(ram.TypedEnd(in.Date, in.Clock))
			}
			m.Fields.Wrong = input("", err, "ends")
			m.Problems = refusal.Problems(handle.Label{Field: "ends", Text: "Ends", ID: "ends_date"})
		})
	}
	if err != nil {
		return err
	}
	text := "Access ends on " + string(end) + " UTC"
	if end == "" {
		text = "The end was removed"
	}
	if in.Back == "list" {
		return x.Redirect(to.Shares(), handle.Done(text))
	}
	place := "end"
	if x.Param("association") != "" {
		place = "principals"
	}
	return x.Redirect(toShare(id, place), handle.Done(text))
}

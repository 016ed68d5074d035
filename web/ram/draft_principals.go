package ram

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"sharedkms/internal/fault"
	"sharedkms/internal/ram"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/ram"
	"sharedkms/web/handle"
)

type principalsForm struct {
	Version  int64    `form:"version"`
	Scope    string   `form:"scope"`
	Retain   string   `form:"retain"`
	Kind     string   `form:"kind"`
	Ticked   []string `form:"principal"`
	Shown    []string `form:"shown"` // chosen ones whose box could be unticked
	Accounts string   `form:"accounts"`
	Find     string   `form:"find"`
}

// typed are the account IDs of the text box, one per line; spaces and commas part them too.
func (in principalsForm) typed() []string {
	return parts(in.Accounts)
}

// newlyTicked are the boxes ticked since the page was shown.
func (in principalsForm) newlyTicked() []string {
	return slices.DeleteFunc(slices.Clone(in.Ticked), func(value string) bool { return slices.Contains(in.Shown, value) })
}

// principals: boxes ticked since the page was shown are added and boxes unticked are removed; what stands
// in the text box is added, except by the button that removes another one.
func (in principalsForm) principals(x *handle.Exchange) ram.PrincipalsInput {
	p := ram.PrincipalsInput{Version: in.Version, AllowExternal: in.Scope != page.ScopeOrganization, Retain: in.Retain != "", Finish: finishes(x)}
	for _, value := range in.Shown {
		if !slices.Contains(in.Ticked, value) {
			p.Remove = append(p.Remove, value)
		}
	}
	p.Add = in.newlyTicked()
	if value, ok := after(x, page.DoRemovePrincipal); ok {
		p.Remove = append(p.Remove, value)
		return p
	}
	p.Add = append(p.Add, in.typed()...)
	return p
}

// DraftPrincipals shows step three.
func (h *Handlers) DraftPrincipals(x *handle.Exchange) error {
	m, err := h.principalsPage(x, x.Query(page.FieldFind))
	if err != nil {
		return elsewhere(x, err)
	}
	if kind := x.Query("kind"); kind != "" && m.Unavailable == "" {
		m.ByAccount = kind == page.KindAccount
	}
	return x.Page(http.StatusOK, page.DraftPrincipalsPage(frameByMe(x, stepTitle(m.DraftFrame)), m))
}

func (h *Handlers) principalsPage(x *handle.Exchange, find string) (page.DraftPrincipals, error) {
	p, err := h.ram.PrincipalsPage(x.Context(), x.Caller, ram.DraftID(x.Param("id")))
	if err != nil {
		return page.DraftPrincipals{}, err
	}
	return page.NewDraftPrincipals(p, x.Caller.Account, find, x.Now()), nil
}

// DraftPrincipalsSave saves step three.
func (h *Handlers) DraftPrincipalsSave(x *handle.Exchange) error {
	var in principalsForm
	if err := x.Form(&in); err != nil {
		return err
	}
	draft, err := h.ram.SavePrincipals(x.Context(), x.Caller, ram.DraftID(x.Param("id")), in.principals(x))
	if _, ok := handle.Refused(err); ok {
		return h.principalsAgain(x, in, err)
	}
	if err != nil {
		return elsewhere(x, err)
	}
	var notices []layout.Notice
	if text := page.AlreadyThere(draft); text != "" {
		notices = append(notices, told(text))
	}
	return moveOn(x, draft, ram.StepPrincipals, in.place(x), notices...)
}

// place is the query that keeps type and search, and the part of the page.
func (in principalsForm) place(x *handle.Exchange) string {
	q, part := url.Values{"kind": {page.KindOrganization}}, "#chosen"
	if in.Kind == page.KindAccount {
		q.Set("kind", page.KindAccount)
	}
	if find := strings.TrimSpace(in.Find); find != "" {
		q.Set(page.FieldFind, find)
	}
	if x.Do() == page.DoFind {
		q.Set("kind", page.KindOrganization)
		part = "#organization"
	}
	return "?" + q.Encode() + part
}

// principalsAgain shows the step as it was filled in. A message belongs to the text box when it is about
// what was typed there, else to the tree.
func (h *Handlers) principalsAgain(x *handle.Exchange, in principalsForm, refused error) error {
	m, err := h.principalsPage(x, strings.TrimSpace(in.Find))
	if err != nil {
		return elsewhere(x, err)
	}
	m.ChooseScope(in.Scope)
	m.Retain = in.Retain != ""
	m.ScopeError = input("", refused, "scope")
	refused = byLine(in.Accounts, len(in.newlyTicked()), refused)
	typed, ticked := in.split(refused)
	m.Accounts, m.TreeError = input(in.Accounts, typed, "principal"), input("", ticked, "principal")
	m.ByAccount = m.Unavailable != "" || m.Accounts.Error != "" || in.Kind == page.KindAccount && m.TreeError.Error == ""
	m.Tick(in.Ticked)
	id := "organization"
	if m.ByAccount {
		id = "accounts"
	}
	notSaved(&m.DraftFrame, refused, handle.Label{Field: "scope", Text: "Sharing scope"}, handle.Label{Field: "principal", Text: "Principals", ID: id})
	return x.Page(http.StatusUnprocessableEntity, page.DraftPrincipalsPage(frameByMe(x, stepTitle(m.DraftFrame)), m))
}

func (in principalsForm) split(refused error) (typed, ticked error) {
	f, ok := fault.As(refused)
	if !ok {
		return nil, nil
	}
	box, tree := *f, *f
	box.Fields, tree.Fields = nil, nil
	for _, p := range f.Fields {
		if p.At > len(in.newlyTicked()) || len(in.Ticked) == 0 {
			box.Fields = append(box.Fields, p)
		} else {
			tree.Fields = append(tree.Fields, p)
		}
	}
	return &box, &tree
}

package ram

import (
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sharedkms/internal/fault"
	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/views/components/alert"
	"sharedkms/views/layout"
	page "sharedkms/views/pages/ram"
	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// Acts on several rows go the same way: a list posts what is ticked and is sent on to a page that says
// what will happen; that page posts what it named, each of which is then decided, done and traced by
// itself, so that one that somebody else ended first does not stop the others.

// severalForm is what a list or a question posts. Sent by the question, it is confirmed.
type severalForm struct {
	Do          string   `form:"do"`
	Invitations []string `form:"invitation"`
	Principals  []string `form:"principal"`
	Resources   []string `form:"resource"`
	Parts       []string `form:"part"` // share/association
	Reason      string   `form:"reason"`
	Sure        string   `form:"sure"`
}

// tally counts how acts on several things ended, in words, in the order in which they came up.
type tally struct {
	words []string
	n     map[string]int
}

func (t *tally) add(word string) {
	if t.n == nil {
		t.n = map[string]int{}
	}
	if t.n[word] == 0 {
		t.words = append(t.words, word)
	}
	t.n[word]++
}

// notice says it: a success when all ended in done.
func (t *tally) notice(done string) layout.Notice {
	var parts []string
	for _, word := range t.words {
		parts = append(parts, strconv.Itoa(t.n[word])+" "+word)
	}
	text := strings.Join(parts, ", ")
	if len(t.words) == 1 && t.words[0] == done {
		return handle.Done(text)
	}
	return layout.Notice{Kind: alert.Info, Text: text}
}

// cut ends several acts at an error that is no refusal. What was done by then is committed, so it is
// told, and that the rest was not reached; done is its word. Before anything was done the error stands.
func (t *tally) cut(x *handle.Exchange, list, done string, err error) error {
	if t.n[done] == 0 {
		return err
	}
	slog.ErrorContext(x.Context(), "several acts were cut short", "request", x.RequestID(), "error", err)
	text := t.notice(done).Text + ". Then the console could not go on, and the others were not reached. Try again with those"
	return x.Redirect(list, layout.Notice{Kind: alert.Warning, Text: text})
}

// fate words how one of several acts was refused; ok is false for an error that is none.
func fate(err error) (word string, ok bool) {
	f, is := fault.As(err)
	switch {
	case !is:
		return "", false
	case f.Code == "RAM.1904":
		return "had been accepted already", true
	case f.Code == "RAM.1922":
		return "had been accepted by your organization", true
	case f.Code == "RAM.1905":
		return "had been rejected already", true
	case f.Code == "RAM.1906":
		return "had expired", true
	case f.Code == "RAM.1907":
		return "had been withdrawn by the owner", true
	case f.Code == "RAM.1015":
		return "only for accounts of the owner's organization", true
	case f.Code == "RAM.1921":
		return "past the end that its owner had set", true
	case f.Kind == fault.NotFound:
		return "no longer there", true
	case f.Kind == fault.Forbidden:
		return "not allowed by your policies", true
	case f.Kind == fault.Conflict, f.Kind == fault.State, f.Kind == fault.Busy:
		return "changed at the same moment and left as it was", true
	}
	return "", false
}

// ticked says on the list what is wrong with a choice of n rows; ok is true when nothing is.
func ticked(x *handle.Exchange, n int, list string) (ok bool, err error) {
	switch {
	case n == 0:
		return false, x.Redirect(list, layout.Notice{Kind: alert.Warning, Text: "Tick at least one row first"})
	case n > ram.MaxAtOnce:
		return false, x.Redirect(list, layout.Notice{Kind: alert.Warning, Text: "These are " + strconv.Itoa(n) + " rows. " + page.Several})
	}
	return true, nil
}

func distinct(values []string) []string {
	values = slices.Clone(values)
	slices.Sort(values)
	return slices.Compact(values)
}

// InvitationsAnswerAsk shows which invitations are about to be answered.
func (h *Handlers) InvitationsAnswerAsk(x *handle.Exchange) error {
	return h.askAnswer(x, x.Query("act"), x.QueryAll("invitation"), page.Input{}, http.StatusOK)
}

func (h *Handlers) askAnswer(x *handle.Exchange, act string, ids []string, why page.Input, status int) error {
	if ok, err := ticked(x, len(ids), to.SharesPending()); !ok {
		return err
	}
	only := make([]ram.InvitationID, len(ids))
	for i, id := range ids {
		only[i] = ram.InvitationID(id)
	}
	list, err := h.ram.ListInvitations(x.Context(), x.Caller, ram.InvitationFilter{Only: only, Oldest: true}, store.Slice{Size: ram.MaxAtOnce})
	if err != nil {
		return err
	}
	if len(list.Invitations) == 0 {
		return x.Redirect(to.SharesPending(), layout.Notice{Kind: alert.Info, Text: "None of these invitations waits any more"})
	}
	q := page.NewAnswer(list.Invitations, act == page.DoAccept)
	q.Why = why
	return x.Page(status, page.QuestionPage(frameWithMe(x, q.Verb+" | Shared with Me"), q))
}

// InvitationsAnswer accepts or rejects several invitations, once they were shown.
func (h *Handlers) InvitationsAnswer(x *handle.Exchange) error {
	var in severalForm
	if err := x.Form(&in); err != nil {
		return err
	}
	ids := distinct(in.Invitations)
	if ok, err := ticked(x, len(ids), to.SharesPending()); !ok {
		return err
	}
	if in.Sure == "" {
		return x.Redirect(to.Asking(to.InvitationsAnswer()+"?act="+answerOf(in.Do), "invitation", ids))
	}
	done, act := "rejected", func(id ram.InvitationID) error {
		_, err := h.ram.RejectInvitation(x.Context(), x.Caller, id, in.Reason)
		return err
	}
	if in.Do == page.DoAccept {
		done, act = "accepted", func(id ram.InvitationID) error {
			_, err := h.ram.AcceptInvitation(x.Context(), x.Caller, id)
			return err
		}
	}
	var t tally
	for _, id := range ids {
		err := act(ram.InvitationID(id))
		if fault.Is(err, fault.Invalid) {
			return h.askAnswer(x, in.Do, ids, input(in.Reason, err, "reason"), http.StatusUnprocessableEntity)
		}
		if err == nil {
			t.add(done)
			continue
		}
		word, ok := fate(err)
		if !ok {
			return t.cut(x, to.SharesPending(), done, err)
		}
		t.add(word)
	}
	return x.Redirect(to.SharesPending(), t.notice(done))
}

func answerOf(do string) string {
	if do == page.DoAccept {
		return page.DoAccept
	}
	return page.DoReject
}

func associations(ids []string) []ram.AssociationID {
	list := make([]ram.AssociationID, len(ids))
	for i, id := range ids {
		list[i] = ram.AssociationID(id)
	}
	return list
}

// ShareRemoveAsk shows what removing several principals or keys of a share ends.
func (h *Handlers) ShareRemoveAsk(x *handle.Exchange) error {
	principals, resources := x.QueryAll("principal"), x.QueryAll("resource")
	q, err := h.removal(x, principals, resources)
	if err != nil {
		return err
	}
	if ok, err := ticked(x, len(principals)+len(resources), to.Share(x.Param("id"))); !ok {
		return err
	}
	if len(q.Names) == 0 {
		return x.Redirect(to.Share(x.Param("id")), told("None of these is in the share any more"))
	}
	return ask(x, frameByMe(x, "Remove | Resource Shares"), q)
}

func (h *Handlers) removal(x *handle.Exchange, principals, resources []string) (page.Question, error) {
	removal, err := h.ram.RemovalImpact(x.Context(), x.Caller, ram.ShareID(x.Param("id")), associations(principals), associations(resources))
	return page.NewRemoval(removal), err
}

// ShareRemove takes several principals or keys out of a share, once its name is typed where something
// stops.
func (h *Handlers) ShareRemove(x *handle.Exchange) error {
	var in severalForm
	if err := x.Form(&in); err != nil {
		return err
	}
	id := x.Param("id")
	principals, resources := distinct(in.Principals), distinct(in.Resources)
	q, err := h.removal(x, principals, resources)
	if err != nil {
		return err
	}
	if ok, err := ticked(x, len(principals)+len(resources), to.Share(id)); !ok {
		return err
	}
	if in.Sure == "" {
		return x.Redirect(to.Asking(to.Asking(to.ShareRemove(id), "principal", principals), "resource", resources))
	}
	if len(q.Names) == 0 { // so the question named nothing, and nothing was agreed to
		return x.Redirect(to.Share(id), told("None of these is in the share any more"))
	}
	if ok, err := confirmed(x, frameByMe(x, "Remove | Resource Shares"), q); !ok {
		return err
	}
	var t tally
	for _, one := range associations(principals) {
		ended, err := h.ram.RemovePrincipal(x.Context(), x.Caller, ram.ShareID(id), one)
		if err := t.removed(ended, err); err != nil {
			return t.cut(x, to.Share(id), removed, err)
		}
	}
	for _, one := range associations(resources) {
		ended, err := h.ram.RemoveResource(x.Context(), x.Caller, ram.ShareID(id), one)
		if err := t.removed(ended, err); err != nil {
			return t.cut(x, to.Share(id), removed, err)
		}
	}
	return x.Redirect(to.Share(id), t.notice(removed))
}

const removed = "removed"

// removed counts one removal; somebody else may have been faster.
func (t *tally) removed(ended ram.Ended, err error) error {
	switch word, ok := fate(err); {
	case err == nil && ended.Already:
		t.add("gone already: " + endedWord(ended.State))
	case err == nil:
		t.add(removed)
	case ok:
		t.add(word)
	default:
		return err
	}
	return nil
}

// PrincipalWithdrawAsk shows what taking a principal out of all own shares ends.
func (h *Handlers) PrincipalWithdrawAsk(x *handle.Exchange) error {
	w, err := h.ram.WithdrawalImpact(x.Context(), x.Caller, x.Query("principal"))
	if err != nil {
		return err
	}
	return ask(x, frameOf(x, "Remove | Principals", layout.ItemPrincipalsByMe), page.NewWithdrawal(w, x.Query("principal")))
}

// PrincipalWithdraw takes a principal out of the own shares that the question named.
func (h *Handlers) PrincipalWithdraw(x *handle.Exchange) error {
	var in severalForm
	if err := x.Form(&in); err != nil {
		return err
	}
	principal := x.Query("principal")
	w, err := h.ram.WithdrawalImpact(x.Context(), x.Caller, principal)
	if err != nil {
		return err
	}
	parts := distinct(in.Parts)
	if ok, err := ticked(x, len(parts), to.PrincipalWithdraw(principal)); !ok {
		return err
	}
	if ok, err := confirmed(x, frameOf(x, "Remove | Principals", layout.ItemPrincipalsByMe), page.NewWithdrawal(w, principal)); !ok {
		return err
	}
	named := map[string]bool{}
	for _, one := range w.Shares {
		named[string(one.Share)+"/"+string(one.Association)] = true
	}
	var t tally
	for _, part := range parts {
		if !named[part] { // ended meanwhile, or of a principal whose name was not typed
			t.add("gone already")
			continue
		}
		share, association, _ := strings.Cut(part, "/")
		ended, err := h.ram.RemovePrincipal(x.Context(), x.Caller, ram.ShareID(share), ram.AssociationID(association))
		if err := t.removed(ended, err); err != nil {
			return t.cut(x, to.SharedPrincipals(), removed, err)
		}
	}
	notice := t.notice(removed)
	notice.Text = w.Name + ": " + notice.Text
	return x.Redirect(to.SharedPrincipals(), notice)
}

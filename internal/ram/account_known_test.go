package ram_test

import (
	"errors"
	"strings"
	"testing"

	"sharedkms/internal/fault"
	"sharedkms/internal/ram"
)

// Whoever types an account ID learns its name only within the organization, or once the
// account has agreed to a share, whichever of both owns it.
func TestNamesOfAccountsAreToldToThoseRelated(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		named := func(draft ram.Draft) string {
			page, err := w.ram.PrincipalsPage(ctx(), w.owner, draft.ID)
			w.must(err)
			return page.Chosen[0].Name
		}
		key := w.key("orders")
		partner, stranger := string(w.partner.Account), string(w.stranger.Account)
		if got := named(w.draft([]string{key}, string(w.mate.Account))); got != w.mate.AccountName {
			t.Errorf("a member of the organization is called %q", got)
		}
		draft := w.draft([]string{key}, partner)
		if got := named(draft); got != partner {
			t.Errorf("an unrelated account is called %q, want its ID alone", got)
		}
		review, err := w.ram.Review(ctx(), w.owner, draft.ID)
		w.must(err)
		if got := review.Chosen[0].Name; got != partner {
			t.Errorf("the review calls an unrelated account %q", got)
		}
		_, err = w.ram.SavePrincipals(ctx(), w.owner, draft.ID, ram.PrincipalsInput{Version: draft.Version, AllowExternal: false, Add: []string{stranger}})
		var refused *fault.Error
		if !errors.As(err, &refused) || len(refused.Fields) == 0 {
			t.Fatalf("an account outside is not refused: %v", err)
		}
		for _, f := range refused.Fields {
			if strings.Contains(f.Message, w.stranger.AccountName) || strings.Contains(f.Message, w.partner.AccountName) {
				t.Errorf("the refusal names an unrelated account: %s", f.Message)
			}
		}

		share := w.confirm(draft)
		if p := w.principal(share, partner); p.Name != partner {
			t.Errorf("before it agreed, the share calls it %q", p.Name)
		}
		w.accept(w.partner, share)
		if p := w.principal(share, partner); p.Name != w.partner.AccountName {
			t.Errorf("after it agreed, the share calls it %q", p.Name)
		}
		_, err = w.ram.LeaveShare(ctx(), w.partner, share)
		w.must(err)
		if got := named(w.draft([]string{key}, partner)); got != w.partner.AccountName {
			t.Errorf("an account that was in a share is called %q", got)
		}
		back, err := w.ram.PrincipalsPage(ctx(), w.partner, w.draftOf(w.partner, encryptDecrypt, []string{w.keyOf(w.partner, region, "theirs")}, string(w.owner.Account)).ID)
		w.must(err)
		if back.Chosen[0].Name != w.owner.AccountName {
			t.Errorf("the owner of a share that was accepted is called %q", back.Chosen[0].Name)
		}
	})
}

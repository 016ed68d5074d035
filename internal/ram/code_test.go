package ram_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
)

// advice are the words with which sentences say what to do.
var advice = regexp.MustCompile(`\b(Allow|Make|Leave|Ask|ask|Name|Compare|Choose|Remove|Cancel|Create|Check|Look|Open|Delete|Discard|Finish|Set|Change|Give|Press|press|delete it|Add|You find|can send|can attach)\b`)

// refusal makes one act be refused. It prepares what it needs.
type refusal struct {
	code string
	by   func(w *world) error
}

// documented are the vendor's codes (Huawei Cloud RAM API Reference, Error Codes).
var documented = []string{
	"RAM.1001", "RAM.1002", "RAM.1003", "RAM.1004", "RAM.1005", "RAM.1006", "RAM.1007", "RAM.1008", "RAM.1009", "RAM.1010",
	"RAM.1011", "RAM.1012", "RAM.1013", "RAM.1014", "RAM.1015", "RAM.1102", "RAM.1801", "RAM.1802",
}

// without are those of them that refuse nothing here; the package says more beside its codes.
var without = map[string]string{
	"RAM.1001": "no request carries a token",
	"RAM.1002": "no request names its account in a header",
	"RAM.1003": "a sign-in that is over leads to the sign-in page",
	"RAM.1102": "a share is deleted while its keys are in use; the question before it counts what stops",
}

// another makes a key with a name of its own.
func (w *world) another() string {
	w.t.Helper()
	return w.key(fmt.Sprint("orders-", w.forms))
}

// add names principals in a new share of the owner.
func (w *world) add(principals ...string) error {
	_, err := w.ram.AddPrincipals(ctx(), w.owner, w.share([]string{w.another()}), principals)
	return err
}

// begun is a new draft of the owner in its first step.
func (w *world) begun() (ram.DraftID, ram.DetailsInput) {
	w.t.Helper()
	id, err := w.ram.CreateDraft(ctx(), w.owner, ram.NewDraft{})
	w.must(err)
	return id, ram.DetailsInput{Version: 1, Name: "one", Finish: true}
}

func (w *world) details(change func(in *ram.DetailsInput)) error {
	id, in := w.begun()
	change(&in)
	_, err := w.ram.SaveDetails(ctx(), w.owner, id, in)
	return err
}

// scope saves step three of a new draft.
func (w *world) scope(by iam.Caller, external bool, principals ...string) error {
	d := w.draftOf(by, encryptDecrypt, []string{w.keyOf(by, region, fmt.Sprint("scoped-", w.forms))})
	_, err := w.ram.SavePrincipals(ctx(), by, d.ID, ram.PrincipalsInput{Version: d.Version, AllowExternal: external, Add: principals, Finish: true})
	return err
}

// late answers an invitation to the partner that end has ended.
func (w *world) late(end func(share ram.ShareID, id ram.InvitationID) error) error {
	share := w.share([]string{w.another()}, string(w.partner.Account))
	id := w.invited(w.partner, share)
	w.must(end(share, id))
	_, err := w.ram.AcceptInvitation(ctx(), w.partner, id)
	return err
}

const junk = "00000000-0000-4000-8000-000000000000"

var refusals = []refusal{
	{"RAM.1004", func(w *world) error { return w.add(strings.Repeat("0", 32)) }},
	{"RAM.1004", func(w *world) error { return w.add("partner") }},
	{"RAM.1004", func(w *world) error {
		_, err := w.orgs.Invite(ctx(), w.boss, strings.Repeat("0", 32), "")
		return err
	}},
	{"RAM.1005", func(w *world) error { return w.add(string(w.owner.Account)) }},
	{"RAM.1006", func(w *world) error { return w.add(string(w.partner.Account), string(w.partner.Account)) }},
	{"RAM.1006", func(w *world) error {
		share := w.share([]string{w.another()}, string(w.partner.Account))
		_, err := w.ram.AddPrincipal(ctx(), w.owner, share, string(w.partner.Account))
		return err
	}},
	{"RAM.1006", func(w *world) error {
		share := w.share([]string{w.another()}, string(w.mate.Account))
		_, err := w.ram.AddPrincipal(ctx(), w.owner, share, string(w.mate.Account))
		return err
	}},
	{"RAM.1007", func(w *world) error {
		key := w.another()
		return w.details(func(in *ram.DetailsInput) { in.AddKeys = []string{key, key} })
	}},
	{"RAM.1008", func(w *world) error {
		key := w.key("dying")
		w.must(w.kms.ScheduleKeyDeletion(ctx(), w.owner, region, kmsID(key), 7))
		return w.details(func(in *ram.DetailsInput) { in.AddKeys = []string{key} })
	}},
	{"RAM.1008", func(w *world) error {
		id := w.invited(w.partner, w.share([]string{w.another()}, string(w.partner.Account)))
		_, err := w.ram.AcceptInvitation(ctx(), w.User(w.partner.Account, fmt.Sprint("reader-", w.forms), "RAM ReadOnlyAccess"), id)
		return err
	}},
	{"RAM.1009", func(w *world) error { _, err := w.ram.GetPermission(ctx(), w.owner, junk); return err }},
	{"RAM.1010", func(w *world) error {
		return w.details(func(in *ram.DetailsInput) { in.AddKeys = []string{junk} })
	}},
	{"RAM.1011", func(w *world) error { return w.add(make([]string, 21)...) }},
	{"RAM.1012", func(w *world) error {
		d := w.draft([]string{w.another()})
		w.Exec("UPDATE account_quotas SET used = used + 100 WHERE account_id = ? AND kind = 'resource_share'", string(w.owner.Account))
		_, err := w.ram.ConfirmDraft(ctx(), w.owner, d.ID, d.Version)
		w.Exec("UPDATE account_quotas SET used = used - 100 WHERE account_id = ? AND kind = 'resource_share'", string(w.owner.Account))
		return err
	}},
	{"RAM.1014", func(w *world) error {
		other, err := w.orgs.CreateOrganization(ctx(), w.stranger, "Elsewhere")
		w.must(err)
		return w.add(other.URN)
	}},
	{"RAM.1014", func(w *world) error { return w.add(w.commerce.URN + "0") }},
	{"RAM.1015", func(w *world) error { return w.scope(w.owner, false, string(w.partner.Account)) }},
	{"RAM.1015", func(w *world) error {
		share := w.share([]string{w.another()}, string(w.partner.Account))
		w.Exec("UPDATE shares SET allow_external = ? WHERE id = ?", false, string(share))
		_, err := w.ram.AcceptInvitation(ctx(), w.partner, w.invited(w.partner, share))
		return err
	}},
	{"RAM.1801", func(w *world) error { _, err := w.ram.DisableImpact(ctx(), w.mate); return err }},
	{"RAM.1801", func(w *world) error { return w.orgs.SetSharing(ctx(), w.mate, false) }},
	{"RAM.1802", func(w *world) error { _, err := w.ram.DisableImpact(ctx(), w.partner); return err }},
	{"RAM.1802", func(w *world) error { return w.scope(w.partner, false) }},
	{"RAM.1802", func(w *world) error { return w.scope(w.partner, true, w.group.URN) }},
	{"RAM.1901", func(w *world) error { _, err := w.ram.GetShare(ctx(), w.owner, junk); return err }},
	{"RAM.1902", func(w *world) error {
		share := w.share([]string{w.another()})
		_, err := w.ram.DeleteShare(ctx(), w.owner, share)
		w.must(err)
		_, err = w.ram.AddPrincipal(ctx(), w.owner, share, string(w.partner.Account))
		return err
	}},
	{"RAM.1903", func(w *world) error { _, err := w.ram.BeginAnswer(ctx(), w.owner, junk, ram.ActionAccept); return err }},
	{"RAM.1904", func(w *world) error {
		return w.late(func(_ ram.ShareID, id ram.InvitationID) error {
			_, err := w.ram.AcceptInvitation(ctx(), w.partner, id)
			return err
		})
	}},
	{"RAM.1905", func(w *world) error {
		return w.late(func(_ ram.ShareID, id ram.InvitationID) error {
			_, err := w.ram.RejectInvitation(ctx(), w.partner, id, "")
			return err
		})
	}},
	{"RAM.1906", func(w *world) error {
		return w.late(func(ram.ShareID, ram.InvitationID) error { w.later(ram.InvitationLifetime); return nil })
	}},
	{"RAM.1907", func(w *world) error {
		return w.late(func(share ram.ShareID, _ ram.InvitationID) error {
			_, err := w.ram.DeleteShare(ctx(), w.owner, share)
			return err
		})
	}},
	{"RAM.1921", func(w *world) error {
		return w.late(func(share ram.ShareID, _ ram.InvitationID) error {
			end := w.in(time.Hour)
			w.end(share, "", "", end)
			w.at(end, 0)
			return nil
		})
	}},
	{"RAM.1908", func(w *world) error {
		_, err := w.ram.LeaveShare(ctx(), w.mate, w.share([]string{w.another()}, string(w.mate.Account)))
		return err
	}},
	{"RAM.1909", func(w *world) error {
		_, err := w.ram.LeaveShare(ctx(), w.owner, w.share([]string{w.another()}))
		return err
	}},
	{"RAM.1912", func(w *world) error {
		return w.details(func(in *ram.DetailsInput) {
			for i := range ram.MaxTags + 1 {
				in.Tags = append(in.Tags, ram.Tag{Key: fmt.Sprint("tag", i)})
			}
		})
	}},
	{"RAM.1913", func(w *world) error {
		return w.ram.UpdateShare(ctx(), w.owner, w.share([]string{w.another()}), ram.ShareUpdate{Version: 99, Name: "late"})
	}},
	{"RAM.1914", func(w *world) error { _, err := w.ram.GetDraft(ctx(), w.owner, junk); return err }},
	{"RAM.1916", func(w *world) error {
		_, err := w.ram.RemovePrincipal(ctx(), w.owner, w.share([]string{w.another()}), junk)
		return err
	}},
	{"RAM.1917", func(w *world) error {
		_, err := w.ram.RemoveResource(ctx(), w.owner, w.share([]string{w.another()}), junk)
		return err
	}},
	{"RAM.1918", func(w *world) error { return w.edit(w.share([]string{w.another()})).ok() }},
	{"RAM.1919", func(w *world) error {
		e := w.edit(w.share([]string{w.another()}, string(w.partner.Account)))
		return e.principals(func(in *ram.PrincipalsInput) { in.AllowExternal = false })
	}},
	{"RAM.1920", func(w *world) error {
		share := w.share([]string{w.another()}, string(w.mate.Account))
		_, err := w.ram.ResendInvitation(ctx(), w.owner, share, w.principal(share, string(w.mate.Account)).ID)
		return err
	}},
	{"RAM.1922", func(w *world) error {
		return w.late(func(ram.ShareID, ram.InvitationID) error {
			w.join(w.partner)
			return nil
		})
	}},
	{"RAM.1930", func(w *world) error {
		id, err := w.ram.CreatePermission(ctx(), w.owner, ram.CreatePermissionInput{Name: "own", Actions: []iam.Action{"kms:cmk:get"}, Once: "own"})
		w.must(err)
		return w.ram.DeletePermissionVersion(ctx(), w.owner, id, 1)
	}},
	{"RAM.1931", func(w *world) error { return w.ram.DeletePermissionVersion(ctx(), w.owner, readOnly, 1) }},
	{"RAM.1932", func(w *world) error {
		_, err := w.ram.UpdateShares(ctx(), w.owner, readOnly, 99, nil)
		return err
	}},
	{"RAM.1013", func(w *world) error {
		w.must(w.orgs.SetSharing(ctx(), w.boss, false))
		return w.add(w.commerce.URN)
	}},
	{"RAM.1013", func(w *world) error { _, _, err := w.orgs.GetUnit(ctx(), w.mate, w.commerce.ID); return err }},
	{"RAM.1915", func(w *world) error {
		for range ram.MaxDrafts {
			if _, err := w.ram.CreateDraft(ctx(), w.owner, ram.NewDraft{}); err != nil {
				return err
			}
		}
		_, err := w.ram.CreateDraft(ctx(), w.owner, ram.NewDraft{})
		return err
	}},
}

// TestEveryCodeSaysWhatToDo refuses an act for each code of the room, and wants the code
// and a sentence that says what to do.
func TestEveryCodeSaysWhatToDo(t *testing.T) {
	tried := map[string]bool{}
	for _, r := range refusals {
		tried[r.code] = true
	}
	for _, c := range slices.Concat(codes(t), documented) {
		switch why, ok := without[c]; {
		case ok && tried[c]:
			t.Errorf("an act is refused with %s, though %s", c, why)
		case !ok && !tried[c]:
			t.Errorf("no act is refused with %s", c)
		}
	}
	each(t, func(t *testing.T, w *world) {
		for i, r := range refusals {
			err := r.by(w)
			f, ok := fault.As(err)
			if !ok {
				t.Errorf("refusal %d: got %v, want %s", i, err, r.code)
				continue
			}
			got, message := f.Code, f.Message
			if len(f.Fields) > 0 {
				got, message = f.Fields[0].Code, f.Fields[0].Message
			}
			if got != r.code || !advice.MatchString(message) {
				t.Errorf("refusal %d: got %s %q, want %s and what to do", i, got, message, r.code)
			}
		}
	})
}

// codes are those that rooms answer with.
func codes(t *testing.T) (list []string) {
	t.Helper()
	for _, room := range []string{"ram", "org", "iam"} {
		files, err := filepath.Glob(filepath.Join("..", room, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(room, err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(name, "_test.go") {
				for _, m := range regexp.MustCompile(`"(RAM\.\d{4})"`).FindAllStringSubmatch(string(text), -1) {
					list = append(list, m[1])
				}
			}
		}
	}
	return list
}

// Whose policies do not allow an answer to an invitation is told so, and who can help; the invitation
// waits on.
func TestAnswerWithoutThePolicySaysSo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		share := w.share([]string{w.key("orders")}, string(w.partner.Account))
		id := w.invited(w.partner, share)
		reader := w.User(w.partner.Account, "reader", "RAM ReadOnlyAccess")
		_, accepted := w.ram.AcceptInvitation(ctx(), reader, id)
		_, rejected := w.ram.RejectInvitation(ctx(), reader, id, "")
		for action, err := range map[iam.Action]error{ram.ActionAccept: accepted, ram.ActionReject: rejected} {
			want := fmt.Sprintf("No policy of reader allows %s. The account's root user can attach one.", action)
			if f, ok := fault.As(err); !ok || f.Kind != fault.Forbidden || f.Code != "RAM.1008" || f.Message != want {
				t.Errorf("got %v, want RAM.1008 %q", err, want)
			}
		}
		w.accept(w.partner, share)
	})
}

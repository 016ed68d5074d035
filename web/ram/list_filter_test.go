package ram_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web/webtest"
)

// TestListsOfSharesAreNarrowed types principals and keys, by ID or URN, and chooses region,
// status and end; what cannot be asked of received shares says why.
func TestListsOfSharesAreNarrowed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := context.Background()
		w := newWorld(t, st)
		courier := w.Account("Courier")
		here, far := w.key(w.owner, region, "retail-orders"), w.key(w.owner, "ap-southeast-3", "retail-asia")
		near := w.share("near-keys", []string{here}, string(w.partner.Account))
		w.share("far-keys", []string{far}, string(w.partner.Account), string(courier.Account))
		ending := w.share("ending-keys", []string{here, far}, string(w.partner.Account))
		end := w.Now().Add(20 * 24 * time.Hour)
		w.must(w.Services.RAM.SetEnd(ctx, w.owner, ending.ID, ram.SetEndInput{To: ram.EndAt(&end)}))
		owner, partner := w.SignIn(w.owner), w.SignIn(w.partner)
		shown := func(b *webtest.Client, what string, names ...string) {
			t.Helper()
			p := b.Page().Want(200).Check().WantQueries(4)
			if n := p.Find("tbody tr").Length(); n != len(names) {
				t.Errorf("%s: %d rows, want %d", what, n, len(names))
			}
			for _, name := range names {
				if !strings.Contains(p.Find("tbody").Text(), name) {
					t.Errorf("%s: %s is missing", what, name)
				}
			}
		}

		owner.Get(to.Shares())
		owner.Submit("form[role=search]", webtest.Values{"principal": string(courier.Account)})
		shown(owner, "shares of a principal", "far-keys")
		owner.Submit("form[role=search]", webtest.Values{"resource": here})
		shown(owner, "of a principal and a key")
		owner.Submit("form[role=search]", webtest.Values{"principal": "", "resource": "kms:" + region + ":" + string(w.owner.Account) + ":KeyId:" + strings.ToUpper(here)})
		shown(owner, "of a key by its URN", "near-keys", "ending-keys")
		owner.Get(to.Shares() + "?q=" + string(near.ID) + "&principal=" + string(courier.Account))
		shown(owner, "by ID, of another principal")
		owner.Get(to.Shares() + "?q=" + string(near.ID) + "&resource=" + far)
		shown(owner, "by ID, of another key")
		owner.Get(to.Shares() + "?q=" + string(near.ID) + "&resource=" + here + "&principal=" + string(w.partner.Account))
		shown(owner, "by ID, of its key and principal", "near-keys")
		owner.Get(to.Shares() + "?principal=nobody")
		shown(owner, "of what is no principal")

		narrow := func(tab string) {
			t.Helper()
			partner.Get(to.SharesReceived() + "?tab=" + tab)
			shown(partner, tab, "near-keys", "far-keys", "ending-keys")
			partner.Page().WantText("Tags are the owner's and do not come with a share.")
			if _, can := partner.Page().One("#filter-tag").Attr("disabled"); !can {
				t.Errorf("%s: a tag can be typed", tab)
			}
			partner.Submit("form[role=search]", webtest.Values{"resource": far})
			shown(partner, tab+" with a key", "far-keys", "ending-keys")
			partner.Submit("form[role=search]", webtest.Values{"ends": "soon"})
			shown(partner, tab+" with a key, ending", "ending-keys")
			partner.Page().WantText("End: Ends within 30 days", "Key: "+far)
			partner.Get(to.SharesReceived() + "?region=" + region + "&tab=" + tab)
			shown(partner, tab+" with a region", "near-keys", "ending-keys")
			partner.Get(to.SharesReceived() + "?region=cn-north-4&tab=" + tab)
			shown(partner, tab+" with another region")
			partner.Page().WantText("Clear filters")
		}
		narrow("pending")
		list, err := w.Services.RAM.ListInvitations(ctx, w.partner, ram.InvitationFilter{}, store.Slice{Size: 5})
		w.must(err)
		for _, i := range list.Invitations {
			_, err := w.Services.RAM.AcceptInvitation(ctx, w.partner, i.ID)
			w.must(err)
		}
		narrow("accepted")
		_, err = w.Services.RAM.LeaveShare(ctx, w.partner, near.ID)
		w.must(err)
		for status, names := range map[string][]string{"live": {"far-keys", "ending-keys"}, "ended": {"near-keys"}, "": {"near-keys", "far-keys", "ending-keys"}} {
			partner.Get(to.SharesReceived() + "?tab=accepted&status=" + status)
			shown(partner, "status "+status, names...)
		}
		for _, query := range []string{"&status=ended&ends=soon", "&status=ended&region=cn-north-4", "&q=" + string(w.partner.Account)} {
			partner.Get(to.SharesReceived() + "?tab=accepted" + query)
			shown(partner, query)
		}
		owner.Get(to.Permissions()+"?resource_type=kms%3AKeyId&type=built-in").Want(200).Check().WantText("Resource type: kms:KeyId", "default kms KeyId statement")
	})
}

// TestARootFindsItsOrganization: shares name the organization whichever of the two URNs was
// typed when they were made, and either finds them.
func TestARootFindsItsOrganization(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		w.organization(w.Account("Harbor Payments"))
		var root, whole string
		w.must(st.Read(context.Background()).Raw("SELECT u.urn, o.urn FROM org_units AS u JOIN organizations AS o ON o.id = u.organization_id WHERE u.parent_id IS NULL").Row().Scan(&root, &whole))
		w.share("for-everybody", []string{w.key(w.owner, region, "k")}, whole)
		b := w.SignIn(w.owner)
		for _, urn := range []string{root, whole} {
			b.Get(to.Shares()+"?principal="+url.QueryEscape(urn)).Want(200).Check().WantQueries(4).WantText("for-everybody", "Principal: "+urn)
		}
	})
}

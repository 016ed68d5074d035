package ram_test

import (
	"context"
	"testing"

	"sharedkms/internal/csms"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/org"
	"sharedkms/internal/ram"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
	"sharedkms/views/to"
	"sharedkms/web/webtest"
)

const region = "eu-west-101"

// world is an owner with keys and a partner outside of any organization.
type world struct {
	*webtest.Console
	t              *testing.T
	owner, partner iam.Caller
}

func newWorld(t *testing.T, st *store.Store) *world {
	t.Helper()
	c := webtest.New(t, st)
	return &world{Console: c, t: t, owner: c.Account("Harbor Retail"), partner: c.Account("Lumen Logistics")}
}

// key makes an enabled key of account.
func (w *world) key(account iam.Caller, in, name string) string {
	w.t.Helper()
	id, err := w.Services.KMS.CreateKey(context.Background(), account, kms.CreateKeyInput{Region: in, Name: name, Spec: kms.AES256, Once: in + name})
	if err != nil {
		w.t.Fatalf("create key %s: %v", name, err)
	}
	return string(id)
}

// draft opens step one of a new draft in b.
func (w *world) draft(b *webtest.Client) *webtest.Page {
	w.t.Helper()
	b.Get(to.Shares()).Want(200)
	return b.Submit(`form[action$="/drafts"]`, nil).Want(200)
}

// next presses the primary button of the step's footer.
const next = `button[form=step].pf-m-primary`

func do(value string) string { return `[name=do][value="` + value + `"]` }

// share makes a share of the owner with principals through the service and gives its ids.
func (w *world) share(name string, keys []string, principals ...string) ram.Share {
	w.t.Helper()
	ctx := context.Background()
	svc := w.Services.RAM
	id, err := svc.CreateDraft(ctx, w.owner, ram.NewDraft{Keys: keys})
	w.must(err)
	d, err := svc.GetDraft(ctx, w.owner, id)
	w.must(err)
	d, err = svc.SaveDetails(ctx, w.owner, id, ram.DetailsInput{Version: d.Version, Name: name, Finish: true})
	w.must(err)
	choices, err := svc.PermissionsPage(ctx, w.owner, id)
	w.must(err)
	d, err = svc.SavePermissions(ctx, w.owner, id, ram.PermissionsInput{
		Version: d.Version, Finish: true, Permissions: map[string]ram.PermissionID{ram.ResourceTypeKey: choices.Choices[0].Chosen},
	})
	w.must(err)
	d, err = svc.SavePrincipals(ctx, w.owner, id, ram.PrincipalsInput{Version: d.Version, AllowExternal: true, Add: principals, Finish: true})
	w.must(err)
	made, err := svc.ConfirmDraft(ctx, w.owner, id, d.Version)
	w.must(err)
	s, err := svc.GetShare(ctx, w.owner, made)
	w.must(err)
	return s
}

// secret protects something of account with a key.
func (w *world) secret(account iam.Caller, name, key string) {
	w.t.Helper()
	_, err := w.Services.CSMS.CreateSecret(context.Background(), account, csms.CreateSecretInput{
		Region: region, Name: name, Value: csms.Value{Form: csms.Text, Text: seal.NewSecret([]byte("x"))},
		Key: csms.KeyChoice{ID: key}, Once: name,
	})
	w.must(err)
}

// organization puts owner and another account into one organization with sharing turned on.
func (w *world) organization(other iam.Caller) org.Unit {
	w.t.Helper()
	ctx := context.Background()
	_, err := w.Services.Org.CreateOrganization(ctx, w.owner, "Harbor Group")
	w.must(err)
	unit, err := w.Services.Org.CreateUnit(ctx, w.owner, "", "Commerce")
	w.must(err)
	w.must(w.Services.Org.AddMember(ctx, w.owner, other.Account, unit.ID))
	w.must(w.Services.Org.SetSharing(ctx, w.owner, true))
	return unit
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

package crew

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"sharedkms/internal/csms"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/ram"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
	"sharedkms/web"
)

// Regions are offered by consoles that serve a world.
var Regions = []string{"eu-west-101", "ap-southeast-3", "cn-north-4"}

const region = "eu-west-101"

// Size is how much there is before the callers come.
type Size struct {
	Pairs   int // of an owner's account and a partner's
	Keys    int // of each owner, at least Shared + one for each caller of the pair
	Shared  int // of those: by one share that the partner accepted; at most 20
	Secrets int // of each partner, under the shared keys
}

// Small serves tests.
var Small = Size{Pairs: 2, Keys: 20, Shared: 4, Secrets: 4}

// Full fills a page of every list.
var Full = Size{Pairs: 16, Keys: 60, Shared: 20, Secrets: 60}

// World is what the callers work on.
type World struct{ Pairs []*Pair }

// Pair is an owner of keys and a partner who uses some of them.
type Pair struct {
	Owner, Partner Person
	Own            []Key // that are not shared; each caller has one of them for itself
	Shared         []string
	Share          string
	Secrets        []Secret
}

// Key is one of an owner.
type Key struct{ ID, Name string }

// Person is a user who signs in with a password.
type Person struct {
	Account  iam.AccountID
	Name     string // of the account
	User     string
	Password string

	caller iam.Caller
}

// Secret is one of a partner, with what it must show.
type Secret struct{ ID, Name, Value string }

// quotas are out of the way, as `console account quota` would put them.
var quotas = []struct{ kind, region string }{{"csms:secret", region}, {"resource_share", ""}, {"pending_invitation", ""}}

// Build makes a world in an empty, migrated database, by the services themselves.
func Build(ctx context.Context, s web.Services, st *store.Store, size Size) (*World, error) {
	w := &World{}
	for i := range size.Pairs {
		p := &Pair{}
		var err error
		if p.Owner, err = person(ctx, s, st, fmt.Sprintf("Owner %d", i)); err != nil {
			return nil, err
		}
		if p.Partner, err = person(ctx, s, st, fmt.Sprintf("Partner %d", i)); err != nil {
			return nil, err
		}
		if err := p.fill(ctx, s, size); err != nil {
			return nil, err
		}
		w.Pairs = append(w.Pairs, p)
	}
	return w, nil
}

// policies are those of an administrator of keys, shares and secrets.
var policies = []string{"KMS CMKFullAccess", "RAM FullAccess", "CSMS FullAccess", "CTS ReadOnlyAccess"}

func person(ctx context.Context, s web.Services, st *store.Store, name string) (Person, error) {
	p := Person{Name: name, User: "operator", Password: uuid.NewString()}
	var err error
	if p.Account, _, err = s.IAM.CreateAccount(ctx, iam.NewAccount{Name: name}); err != nil {
		return p, err
	}
	if _, err = s.IAM.CreateUser(ctx, p.Account, iam.NewUser{Name: p.User, Kind: iam.IAMUser, Policies: policies}, p.Password); err != nil {
		return p, err
	}
	_, write := st.Pools()
	for _, q := range quotas {
		row := fmt.Sprintf("INSERT INTO account_quotas (account_id, kind, region, quota, used) VALUES ('%s', '%s', '%s', 1000000000, 0)", p.Account, q.kind, q.region)
		if _, err := write.ExecContext(ctx, row); err != nil {
			return p, err
		}
	}
	token, err := s.IAM.SignIn(ctx, p.Name, p.User, p.Password, iam.Device{Address: "127.0.0.1"})
	if err != nil {
		return p, err
	}
	in, err := s.IAM.Authenticate(ctx, token)
	p.caller = in.Caller
	return p, err
}

func (p *Pair) fill(ctx context.Context, s web.Services, size Size) error {
	for i := range size.Keys {
		name := fmt.Sprintf("orders-%03d", i)
		id, err := s.KMS.CreateKey(ctx, p.Owner.caller, kms.CreateKeyInput{
			Region: region, Name: name, Spec: kms.AES256, Description: "Orders of the shop", Once: uuid.NewString(),
		})
		if err != nil {
			return err
		}
		if i < size.Shared {
			p.Shared = append(p.Shared, string(id))
		} else {
			p.Own = append(p.Own, Key{string(id), name})
		}
	}
	if err := p.share(ctx, s); err != nil {
		return err
	}
	for i := range size.Secrets {
		secret := Secret{Name: fmt.Sprintf("depot-%03d", i), Value: uuid.NewString()}
		id, err := s.CSMS.CreateSecret(ctx, p.Partner.caller, csms.CreateSecretInput{
			Region: region, Name: secret.Name, Key: csms.KeyChoice{ID: p.Shared[i%len(p.Shared)]}, Once: uuid.NewString(),
			Value: csms.Value{Form: csms.Text, Text: seal.NewSecret([]byte(secret.Value))},
		})
		if err != nil {
			return err
		}
		secret.ID = string(id)
		p.Secrets = append(p.Secrets, secret)
	}
	return nil
}

// share goes through the wizard, and the partner accepts.
func (p *Pair) share(ctx context.Context, s web.Services) error {
	owner := p.Owner.caller
	id, err := s.RAM.CreateDraft(ctx, owner, ram.NewDraft{})
	if err != nil {
		return err
	}
	d, err := s.RAM.GetDraft(ctx, owner, id)
	if err != nil {
		return err
	}
	if d, err = s.RAM.SaveDetails(ctx, owner, id, ram.DetailsInput{Version: d.Version, Name: "orders", AddKeys: p.Shared, Finish: true}); err != nil {
		return err
	}
	permissions := map[string]ram.PermissionID{ram.ResourceTypeKey: permission}
	if d, err = s.RAM.SavePermissions(ctx, owner, id, ram.PermissionsInput{Version: d.Version, Permissions: permissions, Finish: true}); err != nil {
		return err
	}
	if d, err = s.RAM.SavePrincipals(ctx, owner, id, ram.PrincipalsInput{Version: d.Version, AllowExternal: true, Add: []string{string(p.Partner.Account)}, Finish: true}); err != nil {
		return err
	}
	made, err := s.RAM.ConfirmDraft(ctx, owner, id, d.Version)
	if err != nil {
		return err
	}
	share, err := s.RAM.GetShare(ctx, owner, made)
	if err != nil {
		return err
	}
	p.Share = string(made)
	_, err = s.RAM.AcceptInvitation(ctx, p.Partner.caller, share.Principals[0].Invitation)
	return err
}

// permission is the default one for keys, which every installation has.
const permission = "00000000-0000-4000-8000-000000000101"

package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/csms"
	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/org"
	"sharedkms/internal/ram"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
)

// ErrOtherAccounts says that the database holds accounts that are not of the demo
// world. They are never touched.
var ErrOtherAccounts = errors.New("the database holds accounts that are not part of the demo world; use an empty one")

// Seed makes the demo world. Where it is whole already, nothing changes; one that was
// cut off half-way is made anew.
//
// Errors: ErrOtherAccounts.
func Seed(ctx context.Context, st *store.Store, sealer *seal.Sealer, regions []string, now time.Time) error {
	if err := onlyDemo(ctx, st, now); err != nil {
		return err
	}
	var made []string
	if err := st.Read(ctx).Raw("SELECT value FROM instance WHERE name = 'demo_made'").Scan(&made).Error; err != nil {
		return fmt.Errorf("read mark of the demo world: %w", err)
	}
	if len(made) > 0 {
		return nil
	}
	if err := empty(ctx, st); err != nil {
		return err
	}
	m := newMaker(ctx, st, sealer, regions, now)
	m.tell()
	if m.err != nil {
		return fmt.Errorf("make demo world: %w", m.err)
	}
	return st.Write(ctx, func(tx *gorm.DB) error {
		return tx.Exec("INSERT INTO instance (name, value) VALUES ('demo_made', ?)", now.UTC().Format(time.RFC3339)).Error
	})
}

// Reset makes the demo world anew: everything done in it is gone.
//
// Errors: ErrOtherAccounts.
func Reset(ctx context.Context, st *store.Store, sealer *seal.Sealer, regions []string, now time.Time) error {
	if err := onlyDemo(ctx, st, now); err != nil {
		return err
	}
	if err := empty(ctx, st); err != nil {
		return err
	}
	return Seed(ctx, st, sealer, regions, now)
}

func onlyDemo(ctx context.Context, st *store.Store, now time.Time) error {
	_, others, err := iam.New(st, nil, nil, func() time.Time { return now }).AccountKinds(ctx)
	if err == nil && others {
		return ErrOtherAccounts
	}
	return err
}

// tables of the domain, dependents before what they depend on, accounts last of all; every table that refers to one of them is here,
// or in permissions. The world is dropped
// below the rooms that write them: no act deletes an account.
var tables = []string{
	"secret_tags", "secret_stages", "secret_versions", "secrets",
	"principal_paths", "principal_keys", "share_drafts", "invitations", "share_permissions", "share_principals", "share_resources", "share_tags", "shares",
	"key_uses", "key_tags", "key_versions", "keys",
	"org_removals", "org_invitations", "org_memberships", "org_units", "organizations",
	"audit_traces", "once_keys", "account_principals", "account_quotas", "sign_in_delays", "sign_ins", "calendar_feeds", "user_policies", "users",
}

// published are the versions of built-in permissions that came after the first.
const published = "SELECT v.id FROM permission_versions v JOIN permissions p ON p.id = v.permission_id WHERE p.account_id = '' AND v.version > 1"

// permissions takes out those that accounts made, and of the built-in ones what was published: the
// story begins with their first versions.
var permissions = []string{
	"DELETE FROM permission_version_actions WHERE version_id IN (SELECT v.id FROM permission_versions v JOIN permissions p ON p.id = v.permission_id WHERE p.account_id <> '')",
	"DELETE FROM permission_versions WHERE permission_id IN (SELECT id FROM permissions WHERE account_id <> '')",
	"DELETE FROM permissions WHERE account_id <> ''",
	"DELETE FROM permission_version_actions WHERE version_id IN (" + published + ")",
	"DELETE FROM permission_versions WHERE id IN (" + published + ")",
	"UPDATE permission_versions SET default_version = TRUE WHERE version = 1",
}

func empty(ctx context.Context, st *store.Store) error {
	err := st.Write(ctx, func(tx *gorm.DB) error {
		for _, t := range tables {
			if err := tx.Exec("DELETE FROM " + t).Error; err != nil {
				return fmt.Errorf("%s: %w", t, err)
			}
		}
		for _, query := range permissions {
			if err := tx.Exec(query).Error; err != nil {
				return fmt.Errorf("permissions: %w", err)
			}
		}
		if err := tx.Exec("DELETE FROM accounts WHERE demo = ?", true).Error; err != nil {
			return fmt.Errorf("accounts: %w", err)
		}
		// An account may have come since the world was looked at: then all of it stays.
		var others bool
		if err := tx.Raw("SELECT EXISTS (SELECT 1 FROM accounts)").Row().Scan(&others); err != nil {
			return fmt.Errorf("read accounts left: %w", err)
		}
		if others {
			return ErrOtherAccounts
		}
		return tx.Exec("DELETE FROM instance WHERE name = 'demo_made'").Error
	})
	if err != nil {
		return fmt.Errorf("clear demo world: %w", err)
	}
	return nil
}

// maker tells the story. After the first error its acts do nothing.
type maker struct {
	ctx     context.Context
	clock   time.Time
	end     time.Time
	regions []string
	err     error

	iam  *iam.Service
	orgs *org.Service
	kms  *kms.Service
	ram  *ram.Service
	csms *csms.Service

	keys  map[string]key
	units map[string]org.Unit
	org   string // URN of the organization
	n     int    // acts so far
}

type key struct {
	id     kms.KeyID
	region string
}

func newMaker(ctx context.Context, st *store.Store, sealer *seal.Sealer, regions []string, now time.Time) *maker {
	m := &maker{ctx: ctx, end: now, clock: now, regions: regions, keys: map[string]key{}, units: map[string]org.Unit{}}
	clock := func() time.Time { return m.clock }
	gate := iam.NewGate(st, clock)
	m.iam = iam.New(st, gate, regions, clock)
	m.orgs = org.New(st, gate, ram.Organization{}, clock)
	m.kms = kms.New(st, gate, sealer, regions, clock)
	m.ram = ram.New(st, gate, m.orgs, regions, clock)
	m.csms = csms.New(st, gate, m.kms, sealer, clock)
	return m
}

// at sets the clock to so many days and hours before the end of the story.
func (m *maker) at(days, hours float64) {
	m.clock = m.end.Add(-time.Duration(days*24*float64(time.Hour)) - time.Duration(hours*float64(time.Hour))).Truncate(time.Second)
}

// as lets a user act: sign in, act, sign out. People take their time, so that the
// trail reads in order.
func (m *maker) as(user iam.UserID, act func(c iam.Caller) error) {
	if m.err != nil {
		return
	}
	m.n++
	m.pass(time.Minute)
	defer m.pass(4 * time.Second)
	token, err := m.iam.SignInDemo(m.ctx, user, iam.Device{Address: "127.0.0.1", Agent: "demo world"})
	if err == nil {
		var in iam.SignedIn
		if in, err = m.iam.Authenticate(m.ctx, token); err == nil {
			in.Caller.Address, in.Caller.Agent = "127.0.0.1", "demo world"
			m.pass(38 * time.Second)
			err = act(in.Caller)
			m.pass(21 * time.Second)
			err = errors.Join(err, m.iam.SignOut(m.ctx, in.Caller))
		}
	}
	if err != nil {
		m.err = fmt.Errorf("act %d of %s: %w", m.n, user, err)
	}
}

func (m *maker) pass(d time.Duration) { m.clock = m.clock.Add(d) }

func (m *maker) once() string { return fmt.Sprintf("demo-%d", m.n) }

func (m *maker) accounts() {
	for _, a := range accounts() {
		if m.err != nil {
			return
		}
		_, _, err := m.iam.CreateAccount(m.ctx, iam.NewAccount{ID: a.id, Name: a.name, RootID: a.root, Demo: true})
		if err == nil {
			_, err = m.iam.CreateUser(m.ctx, a.id, a.user, "")
		}
		m.err = err
	}
}

func (m *maker) organize() {
	m.as(rootOfManagement, func(c iam.Caller) error {
		made, err := m.orgs.CreateOrganization(m.ctx, c, organization)
		if err != nil {
			return err
		}
		m.org = made.URN
		for _, name := range []string{"Commerce", "Shared Services"} {
			unit, err := m.orgs.CreateUnit(m.ctx, c, "", name)
			if err != nil {
				return err
			}
			m.units[name] = unit
		}
		for _, a := range accounts() {
			if !a.inside || a.id == management {
				continue
			}
			if err := m.orgs.AddMember(m.ctx, c, a.id, m.units[a.unit].ID); err != nil {
				return err
			}
		}
		return m.orgs.SetSharing(m.ctx, c, true)
	})
}

func (m *maker) key(user iam.UserID, name, region, description string, tags ...kms.Tag) {
	m.as(user, func(c iam.Caller) error {
		id, err := m.kms.CreateKey(m.ctx, c, kms.CreateKeyInput{Region: region, Name: name, Spec: kms.AES256, Description: description, Tags: tags, Once: m.once()})
		m.keys[name] = key{id, region}
		return err
	})
}

// share is what a share of the story holds.
type share struct {
	name, description string
	tags              []ram.Tag
	keys              []string
	permission        string
	insideOnly        bool
	retain            bool
	ends              time.Time // zero for no end
	principals        []string
}

// share goes through the wizard and gives the share's id.
func (m *maker) share(user iam.UserID, s share) ram.ShareID {
	var id ram.ShareID
	m.as(user, func(c iam.Caller) error {
		draft, err := m.ram.CreateDraft(m.ctx, c, ram.NewDraft{})
		if err != nil {
			return err
		}
		d, err := m.ram.GetDraft(m.ctx, c, draft)
		if err != nil {
			return err
		}
		details := ram.DetailsInput{Version: d.Version, Name: s.name, Description: s.description, Tags: s.tags, Ends: typed(s.ends), Finish: true}
		for _, name := range s.keys {
			details.AddKeys = append(details.AddKeys, string(m.keys[name].id))
		}
		if d, err = m.ram.SaveDetails(m.ctx, c, draft, details); err != nil {
			return err
		}
		permission, err := m.permission(c, s.permission)
		if err != nil {
			return err
		}
		d, err = m.ram.SavePermissions(m.ctx, c, draft, ram.PermissionsInput{Version: d.Version, Permissions: map[string]ram.PermissionID{ram.ResourceTypeKey: permission}, Finish: true})
		if err != nil {
			return err
		}
		d, err = m.ram.SavePrincipals(m.ctx, c, draft, ram.PrincipalsInput{Version: d.Version, AllowExternal: !s.insideOnly, Retain: s.retain, Add: s.principals, Finish: true})
		if err != nil {
			return err
		}
		id, err = m.ram.ConfirmDraft(m.ctx, c, draft, d.Version)
		return err
	})
	return id
}

// typed is how an end is typed; the zero one is not.
func typed(end time.Time) ram.End {
	if end.IsZero() {
		return ""
	}
	return ram.TypedEnd(end.UTC().Format(time.DateOnly), end.UTC().Format("15:04"))
}

// endFor sets when an account's part in a share ends.
func (m *maker) endFor(user iam.UserID, share ram.ShareID, account iam.AccountID, end time.Time) {
	m.as(user, func(c iam.Caller) error {
		s, err := m.ram.GetShare(m.ctx, c, share)
		if err != nil {
			return err
		}
		for _, p := range s.Principals {
			if p.Account == account {
				return m.ram.SetEnd(m.ctx, c, share, ram.SetEndInput{Principal: p.ID, To: typed(end)})
			}
		}
		return fault.New(fault.NotFound, "", "the share does not name "+string(account))
	})
}

// ownPermission makes a permission of the user's account, and newVersion another default
// version of one.
func (m *maker) ownPermission(user iam.UserID, name, description string, actions []iam.Action) {
	m.as(user, func(c iam.Caller) error {
		_, err := m.ram.CreatePermission(m.ctx, c, ram.CreatePermissionInput{Name: name, Description: description, Actions: actions, Once: m.once()})
		return err
	})
}

func (m *maker) newVersion(user iam.UserID, name string, actions []iam.Action) {
	m.as(user, func(c iam.Caller) error {
		id, err := m.permission(c, name)
		if err != nil {
			return err
		}
		_, err = m.ram.CreatePermissionVersion(m.ctx, c, id, ram.CreateVersionInput{Actions: actions, Default: true, Once: m.once()})
		return err
	})
}

func (m *maker) permission(c iam.Caller, name string) (ram.PermissionID, error) {
	list, err := m.ram.ListPermissions(m.ctx, c)
	if err != nil {
		return "", err
	}
	for _, p := range list {
		if p.Name == name {
			return p.ID, nil
		}
	}
	return "", fault.New(fault.NotFound, "", "no permission named "+name)
}

// shipped publishes what this release brings of built-in permissions, and publish what whoever runs
// the console publishes: another default version of one.
func (m *maker) shipped() {
	if m.err == nil {
		_, m.err = m.ram.PublishShipped(m.ctx)
	}
}

func (m *maker) publish(permission string, actions []iam.Action) {
	if m.err != nil {
		return
	}
	file, err := json.Marshal([]map[string]any{{"permission": permission, "actions": actions}})
	if err == nil {
		_, err = m.ram.PublishPermissions(m.ctx, file)
	}
	m.err = err
}

// accept accepts the invitation to a share, and reject rejects it and says why.
func (m *maker) accept(user iam.UserID, share ram.ShareID) {
	m.answer(user, share, func(c iam.Caller, id ram.InvitationID) error {
		_, err := m.ram.AcceptInvitation(m.ctx, c, id)
		return err
	})
}

func (m *maker) reject(user iam.UserID, share ram.ShareID, reason string) {
	m.answer(user, share, func(c iam.Caller, id ram.InvitationID) error {
		_, err := m.ram.RejectInvitation(m.ctx, c, id, reason)
		return err
	})
}

func (m *maker) answer(user iam.UserID, share ram.ShareID, answer func(iam.Caller, ram.InvitationID) error) {
	m.as(user, func(c iam.Caller) error {
		page, err := m.ram.ListInvitations(m.ctx, c, ram.InvitationFilter{}, store.Slice{Size: 50})
		if err != nil {
			return err
		}
		for _, i := range page.Invitations {
			if i.Share == share {
				return answer(c, i.ID)
			}
		}
		return fault.New(fault.NotFound, "", "no invitation to "+string(share))
	})
}

// secret keeps a value under a key of the story; no key means csms/default.
func (m *maker) secret(user iam.UserID, name, region, key, description string, value csms.Value, tags ...csms.Tag) {
	m.as(user, func(c iam.Caller) error {
		choice := csms.KeyChoice{}
		if key != "" {
			choice.ID = string(m.keys[key].id)
		}
		_, err := m.csms.CreateSecret(m.ctx, c, csms.CreateSecretInput{
			Region: region, Name: name, Description: description, Value: value, Key: choice, Tags: tags, Once: m.once(),
		})
		return err
	})
}

func text(s string) csms.Value { return csms.Value{Form: csms.Text, Text: seal.NewSecret([]byte(s))} }

func pairs(list ...string) csms.Value {
	v := csms.Value{Form: csms.KeyValue}
	for i := 0; i+1 < len(list); i += 2 {
		v.Entries = append(v.Entries, csms.Entry{Key: list[i], Value: seal.NewSecret([]byte(list[i+1]))})
	}
	return v
}

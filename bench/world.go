package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/google/uuid"

	"sharedkms/bench/program"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/seal"
	"sharedkms/internal/store"
	"sharedkms/web"
)

var regions = []string{"eu-west-101", "ap-southeast-3", "cn-north-4"}

const region = "eu-west-101"

// Sizes of the world. A list shows a page of them.
const (
	ownKeys    = 100 // of the owner: its quota
	sharedKeys = 60  // of those, by three shares of 20 keys each
	keysAShare = 20
	moreShares = 57 // beside those, each of one key, which the friend accepted
)

// world is a database with an owner of keys, a partner who uses some of them, and a friend
// who is in many shares.
type world struct {
	db       string // as figures name it
	url      string // of PostgreSQL
	st       *store.Store
	services web.Services
	ends     []func() error

	owner, partner, friend iam.Caller
	tokens                 map[iam.UserID]string // cookies
	keys                   []kms.KeyID           // the first sharedKeys of them reach the partner
	shares                 []string
	drafts                 int // that wait to be submitted

	*tape
}

func newWorld(ctx context.Context, db string, drafts int) (_ *world, err error) {
	w := &world{db: db, drafts: drafts, tokens: map[iam.UserID]string{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close())
		}
	}()
	dir, err := os.MkdirTemp("", "console-bench")
	if err != nil {
		return nil, err
	}
	w.atEnd(func() error { return os.RemoveAll(dir) })
	cfg, drop, err := program.NewDatabase(ctx, db, dir)
	if err != nil {
		return nil, err
	}
	w.url = cfg.URL
	w.atEnd(drop)
	if w.st, err = store.Open(ctx, cfg); err != nil {
		return nil, err
	}
	w.atEnd(w.st.Close)
	root, err := seal.OpenRootKey("file:", dir, true)
	if err != nil {
		return nil, err
	}
	sealer, err := seal.OpenSealer(ctx, w.st, root, time.Now)
	if err != nil {
		return nil, err
	}
	w.services = web.NewServices(w.st, sealer, regions, time.Now)
	if w.tape, err = newTape(w.st); err != nil {
		return nil, err
	}
	return w, w.fill(ctx)
}

func (w *world) atEnd(do func() error) { w.ends = append(w.ends, do) }

func (w *world) close() error {
	var errs []error
	for i := len(w.ends) - 1; i >= 0; i-- {
		errs = append(errs, w.ends[i]())
	}
	return errors.Join(errs...)
}

func (w *world) fill(ctx context.Context) (err error) {
	if w.owner, err = w.account(ctx, "Owner"); err != nil {
		return err
	}
	if w.partner, err = w.account(ctx, "Partner"); err != nil {
		return err
	}
	if w.friend, err = w.account(ctx, "Friend"); err != nil {
		return err
	}
	for i := range ownKeys {
		id, err := w.services.KMS.CreateKey(ctx, w.owner, kms.CreateKeyInput{
			Region: region, Name: fmt.Sprintf("retail-orders-%03d", i), Spec: kms.AES256, Description: "Orders of the shop", Once: uuid.NewString(),
		})
		if err != nil {
			return err
		}
		w.keys = append(w.keys, id)
	}
	return w.share(ctx)
}

// account makes one with its root user signed in, and no quota in the way.
func (w *world) account(ctx context.Context, name string) (iam.Caller, error) {
	id, _, err := w.services.IAM.CreateAccount(ctx, iam.NewAccount{Name: name, Demo: true})
	if err != nil {
		return iam.Caller{}, err
	}
	var user string
	if err := w.st.Read(ctx).Raw("SELECT id FROM users WHERE account_id = ?", string(id)).Scan(&user).Error; err != nil {
		return iam.Caller{}, err
	}
	device := iam.Device{Address: "127.0.0.1", Agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
	token, err := w.services.IAM.SignInDemo(ctx, iam.UserID(user), device)
	if err != nil {
		return iam.Caller{}, err
	}
	in, err := w.services.IAM.Authenticate(ctx, token)
	if err != nil {
		return iam.Caller{}, err
	}
	in.Caller.Address, in.Caller.Agent, in.Caller.RequestID = device.Address, device.Agent, uuid.NewString()
	w.tokens[in.Caller.User] = token
	for kind, region := range map[string]string{"csms:secret": region, "resource_share": "", "pending_invitation": ""} {
		if err := w.exec(ctx, "INSERT INTO account_quotas (account_id, kind, region, quota, used) VALUES (?, ?, ?, 1000000000, 0)", string(id), kind, region); err != nil {
			return iam.Caller{}, err
		}
	}
	return in.Caller, nil
}

// share writes what accepted invitations leave behind.
func (w *world) share(ctx context.Context) error {
	for i := 0; i < sharedKeys; i += keysAShare {
		if err := w.shareWith(ctx, w.partner, fmt.Sprint("orders-", i/keysAShare), w.keys[i:i+keysAShare]); err != nil {
			return err
		}
	}
	for i := range moreShares {
		n := sharedKeys + i%(ownKeys-sharedKeys)
		if err := w.shareWith(ctx, w.friend, fmt.Sprint("orders-more-", i), w.keys[n:n+1]); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) shareWith(ctx context.Context, with iam.Caller, name string, keys []kms.KeyID) error {
	id, now, owner := uuid.NewString(), store.At(time.Now()), string(w.owner.Account)
	err := errors.Join(
		w.exec(ctx, "INSERT INTO shares (id, account_id, name, name_lower, description, allow_external, status, version, resource_count, principal_count, created_at, updated_at) VALUES (?, ?, ?, ?, '', ?, 'active', 1, ?, 1, ?, ?)",
			id, owner, name, name, true, len(keys), now, now),
		w.exec(ctx, "INSERT INTO share_permissions (id, share_id, account_id, resource_type, permission_id, version_id, created_at) SELECT ?, ?, ?, 'kms:KeyId', v.permission_id, v.id, ? FROM permission_versions v JOIN permissions p ON p.id = v.permission_id WHERE p.is_default = ?",
			uuid.NewString(), id, owner, now, true),
		w.exec(ctx, "INSERT INTO share_principals (id, share_id, account_id, kind, principal, external, status, status_message, created_at, associated_at, ended_by) VALUES (?, ?, ?, 'account', ?, ?, 'associated', '', ?, ?, '')",
			uuid.NewString(), id, owner, string(with.Account), true, now, now))
	if err != nil {
		return err
	}
	for _, k := range keys {
		urn := kms.Key{ID: k, Account: w.owner.Account, Region: region}.URN().String()
		err := w.exec(ctx, "INSERT INTO share_resources (id, share_id, account_id, resource_type, urn, key_id, region, status, status_message, created_at) VALUES (?, ?, ?, 'kms:KeyId', ?, ?, ?, 'associated', '', ?)",
			uuid.NewString(), id, owner, urn, string(k), region, now)
		if err != nil {
			return err
		}
	}
	w.shares = append(w.shares, id)
	return nil
}

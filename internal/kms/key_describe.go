package kms

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/keyuse"
	"sharedkms/internal/store"
)

// Parts says what a reader wants of a key besides its own row.
type Parts uint8

// The parts.
const (
	WithTags   Parts = 1 << iota // one query
	WithShares                   // of an own key; two queries
	WithImpact                   // three queries, two beside WithShares
	WithTool                     // none
)

// Detail is a key as one caller may see it. Of a foreign key it holds what its recipients
// need: not its description, the dependents of others or its other recipients.
type Detail struct {
	Key
	OwnerName string      // of a foreign key
	Since     time.Time   // of a foreign key: when the oldest live share became effective
	Paths     []SharePath // of a foreign key
	Tags      []Tag
	More      bool            // Paths are the first of more
	Shares    []KeyShare      // of an own key, the oldest 50
	Readers   []iam.KeyReader // of an own key, at most 50
	Impact    keyuse.Impact   // of a foreign key: the things of the reader's account alone
	Sharing   Sharing         // of an own key, with WithShares or WithImpact

	MoreShares   bool // there are more Shares
	MoreReaders  bool // there are more Readers
	SharesHidden bool // of an own key: no policy lets the reader search resource shares

	caller  iam.Caller
	allowed []iam.Action // by live shares, of a foreign key
}

// Foreign reports that the key belongs to another account than the reader's.
func (d Detail) Foreign() bool { return d.Account != d.caller.Account }

// May reports whether the reader may do action with this key, as far as its policies and
// the live shares go. The gate decides again.
func (d Detail) May(action iam.Action) bool {
	return d.caller.May(action, d.URN()) && (!d.Foreign() || slices.Contains(d.allowed, action))
}

// Refusal says why the key does no cryptography for the reader in its present state, or "".
func (d Detail) Refusal() string {
	_, text := stateRefusal(d.Key, d.caller.Account)
	return text
}

// Sharing counts the live shares that hold a key, and the principals that these let use it,
// each once. SharesShown+1 stands for more.
type Sharing struct{ Shares, Principals int }

// KeyShare is a resource share that holds an own key.
type KeyShare struct {
	ID         string
	Name       string
	Permission string
	Version    int // of the permission
	Principals int
	Since      time.Time
}

// Of a key's shares and readers a page shows no more.
const (
	SharesShown  = 50
	readersShown = 50
)

// actionSearchShares is what RAM asks of who reads shares; the part of a key's page that
// shows them asks the same.
const actionSearchShares iam.Action = "ram:resourceShares:search"

// DescribeKey reads one key, own or foreign, of a region. A key of another region, of an
// unrelated account, or without any row answers the same.
//
// Errors: NotFound KMS.0207; Forbidden KMS.0306 without kms:cmk:get, or without the action
// of a part: kms:cmk:getTags of WithTags, kms:cmk:encryptData or decryptData of WithTool.
func (s *Service) DescribeKey(ctx context.Context, caller iam.Caller, region string, id KeyID, parts Parts) (Detail, error) {
	d := Detail{caller: caller}
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		var err error
		if d.Key, err = find(tx, region, id); err != nil {
			return err
		}
		if err := tx.Allow(ActionGet, d.URN()); err != nil {
			return err
		}
		if err := inRegion(d.Key, region); err != nil {
			return err
		}
		if d.Foreign() {
			err = d.addForeign(tx, parts)
		} else {
			err = d.addOwn(tx, parts)
		}
		if err == nil {
			err = d.refuseParts(tx, parts)
		}
		if err == nil && parts&WithTags != 0 {
			d.Tags, err = tagsOf(tx, d.ID)
		}
		return err
	})
	if err != nil {
		return Detail{}, err
	}
	return d, nil
}

// refuseParts lets the gate refuse what the reader may not see. What it may is known
// already, so that asking costs nothing. A default key has none of these parts.
func (d *Detail) refuseParts(tx *iam.Tx, parts Parts) error {
	switch {
	case d.Kind == Default:
		return nil
	case parts&WithTags != 0 && !d.May(ActionGetTags):
		return tx.Allow(ActionGetTags, d.URN())
	case parts&WithTool != 0 && !d.May(ActionEncryptData) && !d.May(ActionDecryptData):
		return tx.Allow(ActionEncryptData, d.URN())
	}
	return nil
}

func (d *Detail) addForeign(tx *iam.Tx, parts Parts) error {
	paths, err := tx.Paths(string(d.ID))
	if err != nil {
		return err
	}
	for _, p := range paths {
		d.allowed = append(d.allowed, p.Actions...)
	}
	d.Description = ""
	shared := SharedKey{Key: d.Key}
	if err := shared.readPaths(tx); err != nil {
		return err
	}
	d.Paths = shared.Paths
	if len(d.Paths) == 0 {
		return fault.New(fault.NotFound, "KMS.0207", "The share of this key ended a moment ago.")
	}
	d.Since, d.More = shared.Since, shared.More
	if err := tx.DB().Raw("SELECT name FROM account_names WHERE id = ?", string(d.Account)).Scan(&d.OwnerName).Error; err != nil {
		return fmt.Errorf("read owner of key: %w", err)
	}
	if parts&WithImpact != 0 {
		d.Impact, err = keyuse.ImpactIn(tx, []string{string(d.ID)}, tx.Caller.Account)
		d.Impact.Others = nil // what the owner and other recipients protect is not this reader's to know
	}
	return err
}

func (d *Detail) addOwn(tx *iam.Tx, parts Parts) (err error) {
	d.SharesHidden = !tx.Caller.May(actionSearchShares, iam.URN{Service: "ram", Account: d.Account, Type: iam.TypeShare, ID: "*"})
	switch {
	case d.SharesHidden:
	case parts&WithShares != 0:
		if err := d.readShares(tx); err != nil {
			return err
		}
		if d.Readers, d.MoreReaders, err = iam.KeyReaders(tx, string(d.ID), readersShown); err != nil {
			return err
		}
	case parts&WithImpact != 0:
		if d.Sharing, err = sharingOf(tx, d.Key); err != nil {
			return err
		}
	}
	if parts&WithImpact != 0 {
		d.Impact, err = keyuse.ImpactIn(tx, []string{string(d.ID)}, tx.Caller.Account)
	}
	return err
}

// sharingOf counts in how many shares a key is, and whom they reach.
func sharingOf(tx *iam.Tx, k Key) (Sharing, error) {
	var n struct {
		Shares     int `gorm:"column:shares"`
		Principals int `gorm:"column:principals"`
	}
	now := store.At(tx.Now)
	err := tx.DB().Raw(`SELECT (SELECT count(*) FROM (SELECT 1 FROM key_shares WHERE key_id = ? AND account_id = ? AND (ends_at IS NULL OR ends_at > ?) LIMIT ?) AS s) AS shares, `+iam.KeyReached+` AS principals`,
		string(k.ID), string(k.Account), now, SharesShown+1, string(k.ID), now, SharesShown+1).Scan(&n).Error
	if err != nil {
		return Sharing{}, fmt.Errorf("count shares of key: %w", err)
	}
	return Sharing(n), nil
}

// readShares reads the oldest shares of a key, whether there are more, and what sharingOf
// counts.
func (d *Detail) readShares(tx *iam.Tx) error {
	var rows []struct {
		ID         string      `gorm:"column:share_id"`
		Name       string      `gorm:"column:share_name"`
		Permission string      `gorm:"column:permission"`
		Version    int         `gorm:"column:version"`
		Principals int         `gorm:"column:principal_count"`
		Since      store.Time  `gorm:"column:since"`
		EndsAt     *store.Time `gorm:"column:ends_at"`
		Reached    int         `gorm:"column:reached"`
	}
	id := string(d.ID)
	err := tx.DB().Raw(`SELECT share_id, share_name, permission, version, principal_count, since, ends_at, `+iam.KeyReached+` AS reached
FROM key_shares WHERE key_id = ? AND account_id = ? ORDER BY since, share_id LIMIT ?`, id, store.At(tx.Now), SharesShown+1, id, string(d.Account), SharesShown+1).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("read shares of key: %w", err)
	}
	for _, r := range rows {
		if d.Sharing.Principals = r.Reached; r.EndsAt == nil || r.EndsAt.After(tx.Now) {
			d.Sharing.Shares++
		}
		if d.MoreShares = len(d.Shares) == SharesShown; !d.MoreShares {
			d.Shares = append(d.Shares, KeyShare{r.ID, r.Name, r.Permission, r.Version, r.Principals, r.Since.Time})
		}
	}
	if d.MoreShares && d.Sharing.Shares <= SharesShown { // the end of some of the oldest has come
		d.Sharing, err = sharingOf(tx, d.Key)
	}
	return err
}

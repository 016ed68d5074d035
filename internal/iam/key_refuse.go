package iam

import (
	"fmt"
	"strings"

	"sharedkms/internal/fault"
	"sharedkms/internal/store"
)

// sharesNamed is how many shares a refusal names.
const sharesNamed = 3

// reason is a live share of a key with the permission that it gives.
type reason struct {
	Share      string `gorm:"column:share_name"`
	Owner      string `gorm:"column:owner_name"`
	Permission string `gorm:"column:permission_name"`
	Allows     bool   `gorm:"column:allows"`
}

// refuseKey makes the Forbidden of a caller whose account is related to a key: it names the
// shares that reach the account, their owner and permissions. They are read only here, after
// the decision, so that a use pays nothing for them and one who is not related never comes by;
// reading them with every decision was rejected, because nearly all of them end well.
func (tx *Tx) refuseKey(d *decision, inPermission, inPolicy bool) error {
	var shares []reason
	err := tx.db.Raw(`SELECT sc.name AS share_name, an.name AS owner_name, pc.name AS permission_name,
	EXISTS (SELECT 1 FROM permission_actions pa WHERE pa.version_id = ka.permission_version_id AND pa.action = ?) AS allows
FROM (SELECT DISTINCT share_id, permission_version_id FROM key_access
	WHERE account_id = ? AND key_id = ? AND (user_id IS NULL OR user_id = ?) AND (ends_at IS NULL OR ends_at > ?)) AS ka
JOIN share_cards sc ON sc.id = ka.share_id JOIN account_names an ON an.id = sc.account_id JOIN permission_cards pc ON pc.version_id = ka.permission_version_id
ORDER BY allows DESC, sc.name_lower, sc.id LIMIT ?`,
		string(d.action), string(tx.Caller.Account), d.urn.ID, string(tx.Caller.User), store.At(tx.Now), sharesNamed+1).Scan(&shares).Error
	if err != nil {
		return fmt.Errorf("read shares of a refused key: %w", err)
	}
	return refuse(d.urn,
		fault.Link{Subject: "Share", Holds: true, Text: reaches(shares)},
		fault.Link{Subject: "Permission", Holds: inPermission, Text: permits(shares, d.action, inPermission)},
		tx.ownPolicy(d.action, inPolicy))
}

// ownPolicy is the last link: what the caller's own policies say.
func (tx *Tx) ownPolicy(action Action, holds bool) fault.Link {
	l := fault.Link{Subject: "Your policy", Holds: holds, Text: fmt.Sprintf("A policy of %s allows it.", tx.Caller.UserName)}
	if !holds {
		l.Text = fmt.Sprintf("No policy of %s allows %s. The root user of this account can attach one.", tx.Caller.UserName, action)
	}
	return l
}

func reaches(shares []reason) string {
	switch len(shares) {
	case 0: // it ended while this was read
		return "A live share reaches this account."
	case 1:
		return fmt.Sprintf("Share %s of %s reaches this account.", shares[0].Share, shares[0].Owner)
	}
	return fmt.Sprintf("Shares %s of %s reach this account.", named(shares, reason.name), shares[0].Owner)
}

// permits is about the share that allows the action, else about all of them.
func permits(shares []reason, action Action, holds bool) string {
	switch {
	case len(shares) == 0 && holds:
		return fmt.Sprintf("A live share allows %s.", action)
	case len(shares) == 0:
		return fmt.Sprintf("No live share allows %s on this key. Its owner decides what the shares allow.", action)
	case holds:
		return fmt.Sprintf("Share %s gives “%s”, which allows %s.", shares[0].Share, shares[0].Permission, action)
	case len(shares) == 1:
		return fmt.Sprintf("Share %s of %s gives “%s”, which does not allow %s. %s decides what the share allows.",
			shares[0].Share, shares[0].Owner, shares[0].Permission, action, shares[0].Owner)
	}
	return fmt.Sprintf("None of the shares %s of %s allows %s. %s decides what the shares allow.",
		named(shares, reason.both), shares[0].Owner, action, shares[0].Owner)
}

func (r reason) name() string { return r.Share }

func (r reason) both() string { return r.Share + " (“" + r.Permission + "”)" }

// named lists the first shares: "a, b and c", "a, b, c and others".
func named(shares []reason, text func(reason) string) string {
	var list []string
	for _, s := range shares[:min(len(shares), sharesNamed)] {
		list = append(list, text(s))
	}
	if len(shares) > sharesNamed {
		list = append(list, "others")
	}
	last := len(list) - 1
	return strings.Join(list[:last], ", ") + " and " + list[last]
}

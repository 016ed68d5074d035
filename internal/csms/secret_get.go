package csms

import (
	"context"
	"fmt"

	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

type secretRow struct {
	Key         keyPart    `gorm:"embedded"`
	ID          string     `gorm:"column:id"`
	Region      string     `gorm:"column:region"`
	Name        string     `gorm:"column:name"`
	NameLower   string     `gorm:"column:name_lower"`
	Description string     `gorm:"column:description"`
	Type        string     `gorm:"column:type"`
	State       string     `gorm:"column:state"`
	CreatedAt   store.Time `gorm:"column:created_at"`
	UpdatedAt   store.Time `gorm:"column:updated_at"`

	Version   int        `gorm:"column:version"`
	Form      string     `gorm:"column:form"`
	Size      int        `gorm:"column:size"`
	Entries   int        `gorm:"column:entries"`
	VersionAt store.Time `gorm:"column:version_at"`
}

const secretColumns = "s.id, s.region, s.name, s.name_lower, s.description, s.type, s.state, s.created_at, s.updated_at, "

// places are those of secretColumns.
func (r *secretRow) places() []any {
	return []any{&r.ID, &r.Region, &r.Name, &r.NameLower, &r.Description, &r.Type, &r.State, &r.CreatedAt, &r.UpdatedAt}
}

func (r secretRow) toSecret(account iam.AccountID) Secret {
	return Secret{
		ID: SecretID(r.ID), Account: account, Region: r.Region, Name: r.Name, Description: r.Description, Type: r.Type, State: State(r.State),
		CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time,
		Current: Version{Number: r.Version, Form: Form(r.Form), Size: r.Size, Entries: r.Entries, CreatedAt: r.VersionAt.Time},
	}
}

// GetSecret tells what is known of a secret besides its value: its key, and if the
// value cannot be opened, why. At most four queries.
//
// Errors: NotFound CSMS.0106; Forbidden without csms:secret:get.
func (s *Service) GetSecret(ctx context.Context, caller iam.Caller, region string, id SecretID) (Secret, error) {
	var secret Secret
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		var rows []secretRow
		err := tx.DB().Raw("SELECT "+secretColumns+keyColumns+`, v.version, v.form, v.size, v.entries, v.created_at AS version_at
FROM secrets AS s `+keyJoins+`
JOIN secret_stages AS st ON st.secret_id = s.id AND st.stage = ?
JOIN secret_versions AS v ON v.secret_id = s.id AND v.version = st.version
WHERE s.id = ? AND s.account_id = ? AND s.region = ?`, StageCurrent, store.QueryID(id), string(caller.Account), region).Scan(&rows).Error
		if err != nil {
			return fmt.Errorf("read secret: %w", err)
		}
		if len(rows) == 0 {
			return tx.Allow(ActionGet, urn("", region, id))
		}
		secret = rows[0].toSecret(caller.Account)
		if err := tx.Allow(ActionGet, secret.URN()); err != nil {
			return err
		}
		ways, err := waysIn(tx, foreignKeys(caller.Account, []keyPart{rows[0].Key}))
		if err != nil {
			return err
		}
		secret.Key = rows[0].Key.reach(caller.Account, ways)
		if lost := secret.Key.Lost; lost != nil && !secret.Key.Own && secret.Key.State == "" {
			if err := tellEnding(tx, &secret.Key); err != nil {
				return err
			}
		}
		tags, err := tagsOf(tx, []string{rows[0].ID})
		secret.Tags = tags[rows[0].ID]
		return err
	})
	return secret, err
}

func tagsOf(tx *iam.Tx, ids []string) (map[string][]Tag, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	type row struct {
		secret string
		tag    Tag
	}
	rows, err := store.Each(tx.DB().Raw("SELECT secret_id, tag_key, tag_value FROM secret_tags WHERE secret_id IN ? ORDER BY secret_id, tag_key", ids),
		func(r *row) []any { return []any{&r.secret, &r.tag.Key, &r.tag.Value} })
	if err != nil {
		return nil, fmt.Errorf("read tags of secrets: %w", err)
	}
	tags := make(map[string][]Tag, len(ids))
	for _, r := range rows {
		tags[r.secret] = append(tags[r.secret], r.tag)
	}
	return tags, nil
}

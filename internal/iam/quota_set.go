package iam

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"sharedkms/internal/audit"
	"sharedkms/internal/fault"
)

// QuotaMost is the highest limit that can be set: more than any account will have.
const QuotaMost = 1_000_000_000

// QuotaState is a quota of one account: its limit, and how much of it is used.
type QuotaState struct {
	Quota
	Limit int64
	Used  int64
}

// FindAccount gives the account with that ID, or with that name in any case, for whoever
// runs the console.
//
// Errors: NotFound.
func (s *Service) FindAccount(ctx context.Context, idOrName string) (id AccountID, name string, err error) {
	var rows []struct {
		ID   string `gorm:"column:id"`
		Name string `gorm:"column:name"`
	}
	lower := strings.ToLower(strings.TrimSpace(idOrName))
	if err := s.st.Read(ctx).Raw("SELECT id, name FROM accounts WHERE id = ? OR name_lower = ? ORDER BY id <> ? LIMIT 1", lower, lower, lower).Scan(&rows).Error; err != nil {
		return "", "", fmt.Errorf("find account: %w", err)
	}
	if len(rows) == 0 {
		return "", "", fault.New(fault.NotFound, "", fmt.Sprintf("There is no account with the ID or name %q.", idOrName))
	}
	return AccountID(rows[0].ID), rows[0].Name, nil
}

// QuotasOf reads how an account stands with each of the quotas, for whoever runs the
// console.
func (s *Service) QuotasOf(ctx context.Context, account AccountID, quotas []Quota) ([]QuotaState, error) {
	var rows []struct {
		Kind   string `gorm:"column:kind"`
		Region string `gorm:"column:region"`
		Limit  int64  `gorm:"column:quota"`
		Used   int64  `gorm:"column:used"`
	}
	if err := s.st.Read(ctx).Raw("SELECT kind, region, quota, used FROM account_quotas WHERE account_id = ?", string(account)).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read quotas: %w", err)
	}
	states := make([]QuotaState, len(quotas))
	for i, q := range quotas {
		states[i] = QuotaState{Quota: q, Limit: q.Default}
		for _, r := range rows {
			if r.Kind == q.Kind && r.Region == q.Region {
				states[i].Limit, states[i].Used = r.Limit, r.Used
			}
		}
	}
	return states, nil
}

// SetQuota gives an account a limit of its own, for whoever runs the console. It holds
// from the next act on; a limit below what the account has takes nothing away.
//
// Errors: Invalid for a limit below 0 or above QuotaMost.
func (s *Service) SetQuota(ctx context.Context, account AccountID, quotas []Quota, limit int64) error {
	if limit < 0 || limit > QuotaMost {
		return fault.InField("limit", "", fmt.Sprintf("A quota is a whole number from 0 to %d.", QuotaMost))
	}
	now := s.now()
	err := s.st.Write(ctx, func(tx *gorm.DB) error {
		entries := make([]audit.Entry, 0, len(quotas))
		for _, q := range quotas {
			err := tx.Exec(`INSERT INTO account_quotas (account_id, kind, region, quota, used) VALUES (?, ?, ?, ?, 0)
ON CONFLICT (account_id, kind, region) DO UPDATE SET quota = ?`, string(account), q.Kind, q.Region, limit, limit).Error
			if err != nil {
				return err
			}
			details := map[string]string{"kind": q.Kind, "quota": audit.Number(limit)}
			if q.Region != "" {
				details["region"] = q.Region
			}
			entries = append(entries, audit.Entry{
				At: now, Trails: []string{string(account)}, CallerAccount: string(account), Agency: "system",
				Action: "iam:quota:set", Event: "setAccountQuota", ResourceType: "account", ResourceID: string(account), Outcome: audit.Succeeded, Details: details,
			})
		}
		return audit.WriteIn(tx, entries)
	})
	if err != nil {
		return fmt.Errorf("set quota: %w", err)
	}
	return nil
}

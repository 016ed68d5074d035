package kms

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

type keyRow struct {
	ID             string      `gorm:"column:id"`
	AccountID      string      `gorm:"column:account_id"`
	Region         string      `gorm:"column:region"`
	Kind           string      `gorm:"column:kind"`
	Name           string      `gorm:"column:name"`
	NameLower      string      `gorm:"column:name_lower"`
	Description    string      `gorm:"column:description"`
	Spec           string      `gorm:"column:spec"`
	Usage          string      `gorm:"column:usage"`
	Origin         string      `gorm:"column:origin"`
	State          string      `gorm:"column:state"`
	CurrentVersion uint32      `gorm:"column:current_version"`
	CreatedAt      store.Time  `gorm:"column:created_at"`
	UpdatedAt      store.Time  `gorm:"column:updated_at"`
	DeletionAt     *store.Time `gorm:"column:deletion_at"`
}

// TableName names the table.
func (keyRow) TableName() string { return "keys" }

func (r keyRow) toKey() Key {
	return Key{
		ID: KeyID(r.ID), Account: iam.AccountID(r.AccountID), Region: r.Region, Kind: Kind(r.Kind), Name: r.Name,
		Description: r.Description, Spec: Spec(r.Spec), Usage: Usage(r.Usage), Origin: Origin(r.Origin), State: State(r.State),
		Version: r.CurrentVersion, CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time, DeletionAt: r.DeletionAt.TimePtr(),
	}
}

func toKeys(rows []keyRow) []Key {
	keys := make([]Key, len(rows))
	for i, r := range rows {
		keys[i] = r.toKey()
	}
	return keys
}

func rowOf(k Key) keyRow {
	return keyRow{
		ID: string(k.ID), AccountID: string(k.Account), Region: k.Region, Kind: string(k.Kind), Name: k.Name, NameLower: strings.ToLower(k.Name),
		Description: k.Description, Spec: string(k.Spec), Usage: string(k.Usage), Origin: string(k.Origin), State: string(k.State),
		CurrentVersion: k.Version, CreatedAt: store.At(k.CreatedAt), UpdatedAt: store.At(k.UpdatedAt), DeletionAt: store.AtPtr(k.DeletionAt),
	}
}

const keyColumns = "id, account_id, region, kind, name, name_lower, description, spec, usage, origin, state, current_version, created_at, updated_at, deletion_at"

const keyColumnsOfK = "k.id, k.account_id, k.region, k.kind, k.name, k.name_lower, k.description, k.spec, k.usage, k.origin, k.state, k.current_version, k.created_at, k.updated_at, k.deletion_at"

// into is where the columns are scanned.
func (r *keyRow) into() []any {
	return []any{&r.ID, &r.AccountID, &r.Region, &r.Kind, &r.Name, &r.NameLower, &r.Description, &r.Spec, &r.Usage, &r.Origin, &r.State,
		&r.CurrentVersion, &r.CreatedAt, &r.UpdatedAt, &r.DeletionAt}
}

// find reads a key of any account by id. A key that does not exist is given back as
// one without an account: asking tx.Allow about its URN is refused like asking about
// an unrelated one. So the caller must ask before anything else.
func find(tx *iam.Tx, region string, id KeyID) (Key, error) {
	var rows []keyRow
	err := tx.DB().Select(keyColumns).Where("id = ? AND state <> 'deleted'", store.QueryID(id)).Limit(1).Find(&rows).Error
	if err != nil {
		return Key{}, fmt.Errorf("read key: %w", err)
	}
	if len(rows) == 0 {
		return Key{ID: id, Region: region}, nil
	}
	return rows[0].toKey(), nil
}

// inRegion refuses a key of another region to pages and acts whose address names one.
// It is asked after tx.Allow, so only those who may know of the key learn where it is.
func inRegion(k Key, region string) error {
	if k.Region == region {
		return nil
	}
	return fault.New(fault.NotFound, "KMS.0207", "This key is not in "+region+" but in "+k.Region+". Switch the region to see it.")
}

// updateKey is the compare-and-set of a key: it writes columns if the key still
// stands in state from.
func updateKey(tx *iam.Tx, k Key, from State, columns map[string]any, otherwise error) error {
	columns["updated_at"] = store.At(tx.Now)
	result := tx.DB().Model(&keyRow{}).Where("id = ? AND account_id = ? AND state = ?", string(k.ID), string(k.Account), string(from)).Updates(columns)
	if err := store.Changed(result, otherwise); err != nil {
		if store.Duplicate(err) {
			return nameTaken()
		}
		return err
	}
	return nil
}

// insertKey adds a key with its first material. made is false when the name is taken
// in its account and region; then nothing is written.
func (s *Service) insertKey(db *gorm.DB, k Key) (made bool, err error) {
	row := rowOf(k)
	result := db.Exec(`INSERT INTO keys (`+keyColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (account_id, region, name) WHERE state <> 'deleted' DO NOTHING`,
		row.ID, row.AccountID, row.Region, row.Kind, row.Name, row.NameLower, row.Description, row.Spec, row.Usage, row.Origin,
		row.State, row.CurrentVersion, row.CreatedAt, row.UpdatedAt, row.DeletionAt)
	if result.Error != nil {
		return false, fmt.Errorf("insert key: %w", result.Error)
	}
	if result.RowsAffected == 0 {
		return false, nil
	}
	return true, s.insertVersion(db, k)
}

func newKeyID() KeyID { return KeyID(uuid.NewString()) }

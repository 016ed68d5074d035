package ram

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm/clause"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// The actions on permissions of the own account. The vendor publishes no calls for them;
// the names follow its grammar.
const (
	ActionCreatePermission  iam.Action = "ram:permissions:create"
	ActionCreateVersion     iam.Action = "ram:permissions:createVersion"
	ActionSetDefault        iam.Action = "ram:permissions:setDefaultVersion"
	ActionDeletePermission  iam.Action = "ram:permissions:delete"
	ActionDeletePermVersion iam.Action = "ram:permissions:deleteVersion"
)

// Limits of permissions. The length of a name is the vendor's (Huawei Cloud RAM API
// Reference, ListPermissions); the numbers are those of AWS RAM (User Guide, quotas).
const (
	MaxPermissionName = 128 // runes
	MaxVersions       = 5   // live ones of a permission
)

var quotaPermissions = iam.Quota{Kind: "permission:" + ResourceTypeKey, Default: 10, Code: codeTotalQuota, Thing: "own permissions for keys"}

var permissionName = regexp.MustCompile(`^[\x{4e00}-\x{9fa5}A-Za-z0-9_.-]+$`)

// CreatePermissionInput is a permission of the caller's account. Once makes the act
// idempotent for 24 h.
type CreatePermissionInput struct {
	Name        string
	Description string
	Actions     []iam.Action
	Once        string
}

// CreatePermission makes a customer-managed permission for keys, in version 1. Only the
// caller's account can give it to a share.
//
// Errors: Invalid with the fields name, description and actions; Forbidden; Quota.
func (s *Service) CreatePermission(ctx context.Context, caller iam.Caller, in CreatePermissionInput) (PermissionID, error) {
	in.Name, in.Actions = strings.TrimSpace(in.Name), distinct(in.Actions)
	id := PermissionID(newID())
	err := s.gate.Write(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionCreatePermission, permissionURN(tx.Caller.Account, string(id))); err != nil {
			return err
		}
		made, first, err := tx.Once("createPermission", in.Once, permissionURN(tx.Caller.Account, string(id)))
		if err != nil {
			return err
		}
		if !first {
			id = PermissionID(made.ID)
			tx.Detail("repeat", "made by an earlier request of the same form")
			return nil
		}
		var wrong fault.Fields
		checkPermissionName(&wrong, in.Name)
		checkDescription(&wrong, in.Description)
		checkActions(&wrong, in.Actions)
		if err := wrong.Err(); err != nil {
			return err
		}
		if err := tx.TakeQuota(quotaPermissions, 1); err != nil {
			return err
		}
		now := store.At(tx.Now)
		row := permissionHead{
			ID: string(id), AccountID: string(tx.Caller.Account), Name: in.Name, Description: in.Description,
			ResourceType: ResourceTypeKey, Type: customerManaged, CreatedAt: now,
		}
		inserted := tx.DB().Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if err := store.Changed(inserted, fault.InField("name", "", "This account has a permission of this name. Choose another.")); err != nil {
			return err
		}
		tx.Detail("name", in.Name)
		return addVersion(tx, string(id), 1, true, in.Actions)
	})
	if err != nil {
		return "", fmt.Errorf("create permission: %w", err)
	}
	return id, nil
}

type permissionHead struct {
	ID           string      `gorm:"column:id"`
	AccountID    string      `gorm:"column:account_id"`
	Name         string      `gorm:"column:name"`
	Description  string      `gorm:"column:description"`
	ResourceType string      `gorm:"column:resource_type"`
	Type         string      `gorm:"column:type"`
	Default      bool        `gorm:"column:is_default"`
	CreatedAt    store.Time  `gorm:"column:created_at"`
	DeletedAt    *store.Time `gorm:"column:deleted_at"`
}

// TableName names the table.
func (permissionHead) TableName() string { return "permissions" }

type versionHead struct {
	ID           string      `gorm:"column:id"`
	PermissionID string      `gorm:"column:permission_id"`
	Version      int64       `gorm:"column:version"`
	Default      bool        `gorm:"column:default_version"`
	CreatedAt    store.Time  `gorm:"column:created_at"`
	DeletedAt    *store.Time `gorm:"column:deleted_at"`
}

// TableName names the table.
func (versionHead) TableName() string { return "permission_versions" }

type versionAction struct {
	VersionID string `gorm:"column:version_id"`
	Action    string `gorm:"column:action"`
}

// TableName names the table.
func (versionAction) TableName() string { return "permission_version_actions" }

// addVersion writes a version of a permission that is new or locked, and names its actions
// in the trail.
func addVersion(tx *iam.Tx, permission string, version int64, isDefault bool, actions []iam.Action) error {
	tx.Detail("version", fmt.Sprint(version))
	tx.Detail("actions", actionWords(actions))
	return insertVersion(tx, permission, version, isDefault, actions)
}

func insertVersion(tx *iam.Tx, permission string, version int64, isDefault bool, actions []iam.Action) error {
	row := versionHead{ID: newID(), PermissionID: permission, Version: version, Default: isDefault, CreatedAt: store.At(tx.Now)}
	if err := tx.DB().Create(&row).Error; err != nil {
		return fmt.Errorf("add version %d: %w", version, err)
	}
	var rows []versionAction
	for _, a := range actions {
		rows = append(rows, versionAction{row.ID, string(a)})
	}
	return insert(tx, rows)
}

func checkPermissionName(f *fault.Fields, name string) {
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		f.Add("name", "", "Enter a name.")
	case n > MaxPermissionName:
		f.Add("name", "", fmt.Sprintf("This name has %d characters, %d are allowed.", n, MaxPermissionName))
	case !permissionName.MatchString(name):
		f.Add("name", "", "Use letters, digits, Chinese characters, hyphens, underscores and full stops.")
	}
}

// checkActions refuses what no permission can hold, whoever asks and however.
func checkActions(f *fault.Fields, actions []iam.Action) {
	if len(actions) == 0 {
		f.Add("actions", "", "Choose at least one action.")
	}
	for _, a := range actions {
		if !mayHold(a) {
			f.Add("actions", codeNoPermission, fmt.Sprintf("A permission for keys cannot hold %s. Choose among the actions below.", short(string(a))))
			return
		}
	}
}

func mayHold(a iam.Action) bool {
	return slices.ContainsFunc(meanings, func(m meaning) bool {
		return slices.ContainsFunc(m.actions, func(one ActionText) bool { return one.Action == a })
	})
}

// distinct sorts actions and takes repeats out.
func distinct(actions []iam.Action) []iam.Action {
	return slices.Compact(slices.Sorted(slices.Values(actions)))
}

func actionWords(actions []iam.Action) string {
	words := make([]string, len(actions))
	for i, a := range actions {
		words[i] = string(a)
	}
	return strings.Join(words, " ")
}

package ram

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"gorm.io/gorm"

	"sharedkms/internal/audit"
	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// shipped holds what a release says the system-defined permissions allow: an entry for
// each version, oldest first. A release that changes one appends an entry and leaves the
// others as they are.
//
//go:embed permissions.json
var shipped []byte

// statement is one version of a system-defined permission, as files say it.
type statement struct {
	Permission string       `json:"permission"`
	Actions    []iam.Action `json:"actions"`
}

// Published is a version that PublishPermissions made, or found made already.
type Published struct {
	Permission string
	Version    int64
	New        bool
	Accounts   int // whose shares are tied to older versions
}

// PublishShipped publishes the versions that this release brings and the database does not
// have: those whose actions no version of the permission ever had. Safe in several
// replicas at once, also of different releases: an older one finds its own there.
func (s *Service) PublishShipped(ctx context.Context) ([]Published, error) {
	list, err := readStatements(shipped)
	if err != nil {
		return nil, err
	}
	// Mostly nothing is new, and then nothing is locked or written.
	known, err := knownStatements(s.st.Read(ctx))
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(list, func(one statement) bool { return !known.ever(one) }) {
		return nil, nil
	}
	return s.publish(ctx, list, systemStatements.ever)
}

// PublishPermissions publishes new versions of system-defined permissions for whoever runs
// the console. file is a JSON list of {"permission": NAME, "actions": [ACTION, …]}. Shares
// stay with the version they are tied to; a statement equal to the default version makes
// none, so that publishing a file again does nothing. Each account that has shares of the
// permission finds it in its trail.
//
// Errors: Invalid when the file names an unknown permission or an action that no
// permission can hold.
func (s *Service) PublishPermissions(ctx context.Context, file []byte) ([]Published, error) {
	list, err := readStatements(file)
	if err != nil {
		return nil, err
	}
	return s.publish(ctx, list, systemStatements.now)
}

func readStatements(file []byte) ([]statement, error) {
	var list []statement
	decoder := json.NewDecoder(bytes.NewReader(file))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&list)
	if err == nil && decoder.Decode(&struct{}{}) != io.EOF {
		err = errors.New("more text follows the list")
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "", fmt.Sprintf(`This is no list of {"permission": NAME, "actions": [ACTION, …]}: %v.`, err))
	}
	if len(list) == 0 {
		return nil, fault.New(fault.Invalid, "", "The list names no permission.")
	}
	for i, one := range list {
		var wrong fault.Fields
		if checkActions(&wrong, one.Actions); len(wrong) > 0 {
			return nil, fault.New(fault.Invalid, codeNoPermission, fmt.Sprintf("%s: %s", one.Permission, wrong[0].Message))
		}
		list[i].Actions = distinct(one.Actions)
	}
	return list, nil
}

// systemStatements are the system-defined permissions with all versions, oldest first.
type systemStatements map[string][]Permission

func knownStatements(db *gorm.DB) (systemStatements, error) {
	var rows []permissionRow
	if err := db.Raw(permissionQuery + "WHERE p.account_id = '' ORDER BY p.id, v.version, a.action").Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read system-defined permissions: %w", err)
	}
	known := systemStatements{}
	for _, p := range toPermissions(rows) {
		p.Actions = distinct(p.Actions)
		known[p.Name] = append(known[p.Name], p)
	}
	return known, nil
}

// ever reports whether some version has the actions; now, whether the default one has.
func (k systemStatements) ever(one statement) bool {
	return slices.ContainsFunc(k[one.Permission], func(p Permission) bool { return slices.Equal(p.Actions, one.Actions) })
}

func (k systemStatements) now(one statement) bool {
	return slices.ContainsFunc(k[one.Permission], func(p Permission) bool {
		return p.Version == p.DefaultVersion && slices.Equal(p.Actions, one.Actions)
	})
}

// publish makes what is not there in one transaction. The permissions are locked, so that
// replicas that start together publish one after the other and the second finds it done.
func (s *Service) publish(ctx context.Context, list []statement, there func(systemStatements, statement) bool) ([]Published, error) {
	var done []Published
	err := s.st.Write(ctx, func(db *gorm.DB) error {
		done = nil
		var heads []permissionHead
		if err := store.ForUpdate(db).Where("account_id = ''").Order("id").Find(&heads).Error; err != nil {
			return fmt.Errorf("lock system-defined permissions: %w", err)
		}
		for _, one := range list {
			known, err := knownStatements(db)
			if err != nil {
				return err
			}
			versions := known[one.Permission]
			if len(versions) == 0 {
				return fault.New(fault.Invalid, codeNoPermission, fmt.Sprintf("There is no system-defined permission %q.", one.Permission))
			}
			last := versions[len(versions)-1]
			if there(known, one) {
				done = append(done, Published{Permission: one.Permission, Version: last.DefaultVersion})
				continue
			}
			made, err := s.publishOne(db, last, one.Actions)
			if err != nil {
				return err
			}
			done = append(done, made)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("publish permissions: %w", err)
	}
	return done, nil
}

func (s *Service) publishOne(db *gorm.DB, last Permission, actions []iam.Action) (Published, error) {
	now := s.now().UTC()
	made := Published{Permission: last.Name, Version: last.Version + 1, New: true}
	if err := db.Model(&versionHead{}).Where("permission_id = ? AND default_version", string(last.ID)).Update("default_version", false).Error; err != nil {
		return made, err
	}
	row := versionHead{ID: newID(), PermissionID: string(last.ID), Version: made.Version, Default: true, CreatedAt: store.At(now)}
	if err := db.Create(&row).Error; err != nil {
		return made, err
	}
	var rows []versionAction
	for _, a := range actions {
		rows = append(rows, versionAction{row.ID, string(a)})
	}
	if err := db.Create(&rows).Error; err != nil {
		return made, err
	}
	var accounts []string
	err := db.Raw(`SELECT DISTINCT account_id FROM share_permissions WHERE ended_at IS NULL AND version_id IN (SELECT id FROM permission_versions WHERE permission_id = ?)
ORDER BY account_id`, string(last.ID)).Scan(&accounts).Error
	if err != nil {
		return made, err
	}
	made.Accounts = len(accounts)
	details := map[string]string{"name": last.Name, "version": strconv.FormatInt(made.Version, 10), "actions": actionWords(actions)}
	for chunk := range slices.Chunk(accounts, 200) {
		var entries []audit.Entry
		for _, a := range chunk {
			entries = append(entries, audit.Entry{
				At: now, Trails: []string{a}, CallerAccount: a, Agency: "system", Action: string(ActionCreateVersion), Event: "createPermissionVersion",
				ResourceType: "permission", ResourceID: string(last.ID), ResourceURN: permissionURN(iam.AccountID(a), string(last.ID)).String(),
				Outcome: audit.Succeeded, Details: details,
			})
		}
		if err := audit.WriteIn(db, entries); err != nil {
			return made, err
		}
	}
	return made, nil
}

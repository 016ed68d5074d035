package ram

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// Step is a page of the wizard, in the words of its URL.
type Step string

// The steps, in order.
const (
	StepDetails     Step = "details"
	StepPermissions Step = "permissions"
	StepPrincipals  Step = "principals"
	StepConfirm     Step = "confirm"
)

// Steps lists them in order.
var Steps = []Step{StepDetails, StepPermissions, StepPrincipals, StepConfirm}

// Draft is the unfinished form of a share. It belongs to its user, lapses 24 h after
// its last change, and leaves no trace.
type Draft struct {
	ID            DraftID
	Version       int64 // posted with each step, compared and set
	Name          string
	Description   string
	Tags          []Tag
	Keys          []string // key IDs, in the order they were picked
	Permissions   map[string]PermissionID
	AllowExternal bool
	Principals    []string // account IDs and canonical URNs, in the order they were added
	Done          []Step   // steps finished, and still whole
	Next          Step     // the first step not finished: the last one that can be opened
	CreatedAt     time.Time
	UpdatedAt     time.Time
	ExpiresAt     time.Time
	Ends          End // as typed; checked when its step is finished
	Retain        bool
	Share         ShareID // made or changed by Confirm, else empty
	Edits         ShareID // the share that Confirm will change; empty: it will make one
	EditsName     string  // what that share was called when the draft began
	KeysAdded     []string
	KeysRemoved   []string
	NamesAdded    []string // principals; of these four, all are empty unless it edits
	NamesRemoved  []string
	Already       []Named // of a save: those it added that are in the share already, and stay as they are
}

// Elsewhere is the answer for a step that cannot be opened: Share is set when the draft
// has become a share, else Step is the first one that is not finished. The page
// redirects there.
type Elsewhere struct {
	Draft DraftID
	Step  Step
	Share ShareID
}

// Error says where to go.
func (e *Elsewhere) Error() string {
	return fmt.Sprintf("draft %s is at step %s, share %q", e.Draft, e.Step, e.Share)
}

// Opens reports whether step can be opened: every step before it is finished.
func (d Draft) Opens(step Step) bool {
	return slices.Index(Steps, step) <= slices.Index(Steps, d.Next)
}

type draftRow struct {
	ID        string     `gorm:"column:id"`
	AccountID string     `gorm:"column:account_id"`
	UserID    string     `gorm:"column:user_id"`
	Version   int64      `gorm:"column:version"`
	Data      string     `gorm:"column:data"`
	ShareID   *string    `gorm:"column:share_id"`
	CreatedAt store.Time `gorm:"column:created_at"`
	UpdatedAt store.Time `gorm:"column:updated_at"`
	ExpiresAt store.Time `gorm:"column:expires_at"`
}

// TableName names the table.
func (draftRow) TableName() string { return "share_drafts" }

// draftData is the form as stored. Done lists the steps that were finished; unfinished
// saves of a step that leave it wrong take it out again.
type draftData struct {
	Name          string                  `json:"name"`
	Description   string                  `json:"description"`
	Tags          []Tag                   `json:"tags"`
	Keys          []string                `json:"keys"`
	Permissions   map[string]PermissionID `json:"permissions"`
	Chosen        string                  `json:"chosen,omitempty"` // version of the permission that step two showed
	AllowExternal bool                    `json:"allow_external"`
	Principals    []string                `json:"principals"`
	Ends          End                     `json:"ends,omitempty"`
	Retain        bool                    `json:"retain,omitempty"`
	Done          []Step                  `json:"done"`
	Edits         ShareID                 `json:"edits,omitempty"`
	Base          *shareState             `json:"base,omitempty"`  // of an edit draft: the share that it began with
	Again         []string                `json:"again,omitempty"` // principals of Base whose part is over, and who are named anew
}

func (d *draftData) finish(step Step) {
	if !slices.Contains(d.Done, step) {
		d.Done = append(d.Done, step)
	}
}

func (d *draftData) reopen(step Step) {
	d.Done = slices.DeleteFunc(d.Done, func(s Step) bool { return s == step })
}

func (r draftRow) data() (draftData, error) {
	var d draftData
	if err := json.Unmarshal([]byte(r.Data), &d); err != nil {
		return d, fmt.Errorf("read draft %s: %w", r.ID, err)
	}
	return d, nil
}

func (r draftRow) toDraft(d draftData) Draft {
	draft := Draft{
		ID: DraftID(r.ID), Version: r.Version, Name: d.Name, Description: d.Description, Tags: d.Tags, Keys: d.Keys,
		Permissions: d.Permissions, AllowExternal: d.AllowExternal, Principals: d.Principals, Done: d.Done, Next: StepConfirm,
		Ends: d.Ends, Retain: d.Retain,
		CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time, ExpiresAt: r.ExpiresAt.Time,
	}
	for _, step := range Steps[:3] {
		if !slices.Contains(d.Done, step) {
			draft.Next = step
			break
		}
	}
	if r.ShareID != nil {
		draft.Share = ShareID(*r.ShareID)
	}
	if d.Base != nil {
		draft.Edits, draft.EditsName = d.Edits, d.Base.Name
		draft.KeysAdded, draft.NamesAdded = d.added()
		draft.KeysRemoved, draft.NamesRemoved = d.removed()
	}
	return draft
}

var (
	errNoDraft    = fault.New(fault.NotFound, codeDraftMissing, "No draft with this ID is yours. Drafts lapse 24 hours after their last change. Create or edit the share anew.")
	errDraftMoved = fault.New(fault.Conflict, codeVersionConflict, "This draft was changed in another tab. Look at it again.")
	errDraftsFull = fault.New(fault.Quota, codeDraftLimit, fmt.Sprintf("You have %d drafts. Finish or discard one first.", MaxDrafts))
)

// findDraft reads a draft of the caller's user; those of others are missing.
func findDraft(tx *iam.Tx, id DraftID) (draftRow, draftData, error) {
	var row draftRow
	err := tx.DB().Where("id = ? AND account_id = ? AND user_id = ? AND expires_at > ?",
		store.QueryID(id), string(tx.Caller.Account), string(tx.Caller.User), store.At(tx.Now)).Take(&row).Error
	if store.NotFound(err) {
		return row, draftData{}, errNoDraft
	}
	if err != nil {
		return row, draftData{}, fmt.Errorf("read draft %s: %w", id, err)
	}
	data, err := row.data()
	return row, data, err
}

// allowDraft reads a draft and decides what it leads to: making a share, or changing one.
// Drafts are their user's own, so reading before the decision tells nobody anything.
func allowDraft(tx *iam.Tx, id DraftID) (draftRow, draftData, error) {
	row, data, err := findDraft(tx, id)
	if err == nil && data.Edits != "" {
		return row, data, tx.Allow(ActionUpdate, shareURN(tx.Caller.Account, string(data.Edits)))
	}
	if refused := tx.Allow(ActionCreate, anyShare(tx.Caller)); refused != nil {
		return draftRow{}, draftData{}, refused
	}
	return row, data, err
}

// openStep reads a draft at a step of it. The draft of changes to a share that is deleted
// opens nowhere.
func openStep(tx *iam.Tx, id DraftID, step Step) (draftRow, draftData, error) {
	row, data, err := allowDraft(tx, id)
	if err != nil {
		return row, data, err
	}
	draft := row.toDraft(data)
	if draft.Share != "" || !draft.Opens(step) {
		return row, data, &Elsewhere{Draft: draft.ID, Step: draft.Next, Share: draft.Share}
	}
	if data.Edits == "" || step == StepConfirm { // which reads the whole share, and says so itself
		return row, data, nil
	}
	var live int64
	err = tx.DB().Model(&shareRow{}).Where("id = ? AND account_id = ? AND status = ?", string(data.Edits), string(tx.Caller.Account), string(ShareActive)).Count(&live).Error
	switch {
	case err != nil:
		err = fmt.Errorf("read share of draft %s: %w", id, err)
	case live == 0:
		err = errShareDeleted
	}
	return row, data, err
}

// saveStep changes a draft at a step: decided and checked in a reading act, then stored
// by compare-and-set, because drafts leave no trace.
func (s *Service) saveStep(ctx context.Context, caller iam.Caller, id DraftID, version int64, step Step, change func(tx *iam.Tx, d *draftData) error) (Draft, error) {
	var row draftRow
	var data draftData
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		var err error
		if row, data, err = openStep(tx, id, step); err != nil {
			return err
		}
		if row.Version != version {
			return errDraftMoved
		}
		if err := change(tx, &data); err != nil {
			return err
		}
		row.UpdatedAt, row.ExpiresAt = store.At(tx.Now), store.At(tx.Now.Add(DraftLifetime))
		return nil
	})
	if err != nil {
		return Draft{}, err
	}
	text, err := json.Marshal(data)
	if err != nil {
		return Draft{}, fmt.Errorf("write draft %s: %w", id, err)
	}
	row.Data, row.Version = string(text), version+1
	err = s.st.Write(ctx, func(db *gorm.DB) error {
		saved := db.Model(&draftRow{}).Where("id = ? AND version = ? AND share_id IS NULL", row.ID, version).
			Updates(map[string]any{"data": row.Data, "version": row.Version, "updated_at": row.UpdatedAt, "expires_at": row.ExpiresAt})
		return store.Changed(saved, errDraftMoved)
	})
	if err != nil {
		return Draft{}, fmt.Errorf("save draft %s: %w", id, err)
	}
	return row.toDraft(data), nil
}

package ram

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/store"
)

// KeyFilter narrows the left pane of step one.
type KeyFilter struct {
	Region string // empty means the first region offered
	Name   string // prefix, without regard to case, or a whole key ID
	Usage  string // ENCRYPT_DECRYPT, SIGN_VERIFY or empty
}

// DetailsPage is what step one shows. Available holds own custom keys, enabled or
// disabled, that are not picked.
type DetailsPage struct {
	Draft     Draft
	Picked    []Key
	Region    string
	Available []Key
	Forbidden bool // no policy lets the user list keys, so Available is empty
	Edges     store.Edges
}

// DetailsInput is what step one posts. Name, description and tags replace the draft's;
// keys are added (AddKeys: key IDs or key URNs) and removed.
type DetailsInput struct {
	Version     int64
	Name        string
	Description string
	Tags        []Tag
	Ends        End
	AddKeys     []string
	RemoveKeys  []string
	ClearKeys   bool
	Finish      bool // Next was pressed; else search, add or remove: the step is saved as it is
}

var keysByName = store.Keyset{Column: "name_lower", ID: "id"}

// DetailsPage reads step one.
//
// Errors: NotFound; *Elsewhere when submitted.
func (s *Service) DetailsPage(ctx context.Context, caller iam.Caller, id DraftID, filter KeyFilter, slice store.Slice) (DetailsPage, error) {
	page := DetailsPage{Region: filter.Region}
	if !slices.Contains(s.regions, page.Region) {
		page.Region = s.regions[0]
	}
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		row, data, err := openStep(tx, id, StepDetails)
		if err != nil {
			return err
		}
		page.Draft = row.toDraft(data)
		picked, err := ownKeys(tx, data.Keys)
		if err != nil {
			return err
		}
		for _, id := range data.Keys {
			if k, ok := picked[id]; ok {
				page.Picked = append(page.Picked, k.toKey())
			}
		}
		if !tx.Caller.May("kms:cmk:list", keyURN(page.Region, tx.Caller.Account, "*")) {
			page.Forbidden = true
			return nil
		}
		page.Available, page.Edges, err = availableKeys(tx, page.Region, filter, data.Keys, slice)
		return err
	})
	return page, err
}

func availableKeys(tx *iam.Tx, region string, filter KeyFilter, picked []string, slice store.Slice) ([]Key, store.Edges, error) {
	db := tx.DB().Where("account_id = ? AND region = ? AND kind = 'custom' AND state IN ('enabled', 'disabled')", string(tx.Caller.Account), region)
	if len(picked) > 0 {
		db = db.Where("id NOT IN ?", picked)
	}
	if filter.Usage != "" {
		db = db.Where("usage = ?", filter.Usage)
	}
	db = db.Scopes(store.NameOrID("name_lower", "id", filter.Name))
	var rows []keyCard
	if err := db.Scopes(keysByName.Apply(slice)).Find(&rows).Error; err != nil {
		return nil, store.Edges{}, fmt.Errorf("list keys to share: %w", err)
	}
	rows, edges := store.Cut(keysByName, slice, rows, func(k keyCard) (any, string) { return k.NameLower, k.ID })
	keys := make([]Key, 0, len(rows))
	for _, k := range rows {
		keys = append(keys, k.toKey())
	}
	return keys, edges, nil
}

// SaveDetails saves step one. Unfinished, it keeps name, description and tags as typed
// and checks only the keys that are added; finished, it checks all.
//
// Errors: Invalid with fields name, description, tags, keys (nothing is saved);
// NotFound; Conflict when another tab saved meanwhile; *Elsewhere when submitted.
func (s *Service) SaveDetails(ctx context.Context, caller iam.Caller, id DraftID, in DetailsInput) (Draft, error) {
	return s.saveStep(ctx, caller, id, in.Version, StepDetails, func(tx *iam.Tx, d *draftData) error {
		var wrong fault.Fields
		d.Name, d.Description, d.Tags, d.Ends = strings.TrimSpace(in.Name), in.Description, in.Tags, in.Ends
		if in.ClearKeys {
			d.Keys = nil
		}
		d.Keys = slices.DeleteFunc(d.Keys, func(k string) bool { return slices.Contains(in.RemoveKeys, k) })
		if err := addKeys(tx, &wrong, d, in.AddKeys); err != nil {
			return err
		}
		whole := checkDetails(*d, tx.Now)
		if len(wrong) > 0 && len(d.Keys) == 0 { // what is wrong with the keys given says more
			whole = slices.DeleteFunc(whole, func(f fault.Field) bool { return f.Name == "keys" })
		}
		if in.Finish {
			added, _ := d.added()
			if err := checkPicked(tx, &whole, added); err != nil {
				return err
			}
			if removed, _ := d.removed(); len(removed) > 0 {
				checkCounts(&whole, "keys", "keys", 0, len(removed), 0, MaxShareKeys)
			}
			if err := append(whole, wrong...).Err(); err != nil {
				return err
			}
			d.finish(StepDetails)
			return nil
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		if len(whole) > 0 {
			d.reopen(StepDetails)
		}
		d.clip()
		return nil
	})
}

// clip bounds what an unfinished step stores: typed text is kept, even when it is too
// long, but not without end.
func (d *draftData) clip() {
	d.Name, d.Description = clip(d.Name, 4*MaxNameLength), clip(d.Description, 4*MaxDescriptionLength)
	d.Ends = End(clip(string(d.Ends), 40))
	d.Tags = slices.Clone(d.Tags[:min(len(d.Tags), MaxTags+1)])
	for i, t := range d.Tags {
		d.Tags[i] = Tag{Key: clip(t.Key, 200), Value: clip(t.Value, 400)}
	}
}

// checkDetails checks what needs no database.
func checkDetails(d draftData, now time.Time) fault.Fields {
	var f fault.Fields
	checkText(&f, d)
	if d.Base == nil || d.Ends != d.Base.Ends { // an end that came stays until it is changed
		d.Ends.check(&f, now)
	}
	if len(d.Keys) == 0 && d.Edits == "" { // a share may lose its last key
		f.Add("keys", "", "Choose at least one key.")
	}
	return f
}

func checkText(f *fault.Fields, d draftData) {
	checkName(f, d.Name)
	checkDescription(f, d.Description)
	checkTags(f, d.Tags, "tags")
}

// addKeys puts keys into the draft, by ID or URN. One that is there already stays
// where it is; one that is given twice is refused.
func addKeys(tx *iam.Tx, wrong *fault.Fields, d *draftData, texts []string) error {
	ids := make([]string, 0, len(texts))
	regions := map[string]string{}
	given := map[string]bool{}
	for _, text := range texts {
		id, region, ok := parseKey(tx.Caller.Account, strings.TrimSpace(text))
		switch {
		case !ok:
			*wrong = append(*wrong, notOwned(text))
		case given[id]:
			wrong.Add("keys", codeResourceTwice, fmt.Sprintf("The key %s is given twice. Leave one of them out.", id))
		case !slices.Contains(d.Keys, id):
			ids = append(ids, id)
			regions[id] = region
		}
		given[id] = ok
	}
	more, _ := d.added()
	gone, _ := d.removed()
	n := len(more) + len(without(ids, gone))
	switch {
	case n > MaxKeys && d.Edits == "":
		wrong.Add("keys", codePerShareQuota, fmt.Sprintf("At most %d keys can be shared at a time, these are %d. Share some of them first, and add the others by editing the share.", MaxKeys, n))
		return nil
	case d.Edits != "":
		before := len(*wrong)
		if checkCounts(wrong, "keys", "keys", n, 0, len(d.Keys)+len(ids), MaxShareKeys); len(*wrong) > before {
			return nil
		}
	}
	keys, err := ownKeys(tx, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		k, ok := keys[id]
		if !ok || regions[id] != "" && regions[id] != k.Region {
			*wrong = append(*wrong, notOwned(id))
			continue
		}
		if f, ok := fault.As(shareable(tx, k)); ok {
			*wrong = append(*wrong, f.Fields...)
			continue
		}
		d.Keys = append(d.Keys, id)
	}
	return nil
}

// checkPicked checks that all picked keys can still be shared.
func checkPicked(tx *iam.Tx, wrong *fault.Fields, ids []string) error {
	keys, err := ownKeys(tx, ids)
	if err != nil {
		return err
	}
	judgeKeys(tx, wrong, keys, ids)
	return nil
}

func judgeKeys(tx *iam.Tx, wrong *fault.Fields, keys map[string]keyCard, ids []string) {
	for _, id := range ids {
		k, ok := keys[id]
		if !ok {
			*wrong = append(*wrong, notOwned(id))
			continue
		}
		if f, ok := fault.As(shareable(tx, k)); ok {
			*wrong = append(*wrong, f.Fields...)
		}
	}
}

package crew

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"

	"sharedkms/bench/browser"
	"sharedkms/internal/store"
	"sharedkms/views/to"
)

// Report is what an inspection found.
type Report struct {
	Count
	Problems []string // a sentence for each thing that is missing, at most 20

	mu sync.Mutex
}

func (r *Report) miss(count *int, format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*count++
	if len(r.Problems) < 20 {
		r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
	}
}

// Inspect compares what the callers know with the database behind st and with what the
// console answers, after all of them stopped. What was unknown is known afterwards, and
// they can go on. The error is that of an inspection that could not be made.
func (c *Crew) Inspect(ctx context.Context, st *store.Store) (*Report, error) {
	r := &Report{}
	// Who was between two acts when the console was killed still has a connection to it.
	if err := c.Close(); err != nil {
		return nil, err
	}
	half, broken, err := Unsound(ctx, st)
	if err != nil {
		return nil, err
	}
	r.Half, r.Problems = half, broken
	if err := c.traces(ctx, st, r); err != nil {
		return nil, err
	}
	err = c.each(func(caller *Caller) error { return caller.inspect(st.Read(ctx), r) })
	if err != nil {
		return nil, err
	}
	for _, caller := range c.Callers {
		r.Add(caller.book.count)
		caller.book.count = Count{}
	}
	return r, c.discard(ctx, st)
}

// traces looks for the trace of each acknowledged act in each trail that must have it. The
// copy in another account's trail does not name the request, but has the same id.
func (c *Crew) traces(ctx context.Context, st *store.Store, r *Report) error {
	var rows []struct {
		Account string `gorm:"column:account_id"`
		ID      string `gorm:"column:id"`
		Body    string `gorm:"column:body"`
	}
	// What the last inspection has seen need not be read again, give or take a minute.
	since := c.inspected.Add(-time.Minute)
	c.inspected = time.Now()
	if err := st.Read(ctx).Raw("SELECT account_id, id, body FROM audit_traces WHERE outcome = 'succeeded' AND at >= ?", store.At(since)).Scan(&rows).Error; err != nil {
		return fmt.Errorf("read traces: %w", err)
	}
	of, copies := map[string][]string{}, map[string]bool{}
	for _, row := range rows {
		var body struct {
			Request string `json:"request_id"`
		}
		if err := json.Unmarshal([]byte(row.Body), &body); err != nil {
			return fmt.Errorf("trace %s: %w", row.ID, err)
		}
		copies[row.Account+row.ID] = true
		if body.Request != "" {
			of[row.Account+body.Request] = append(of[row.Account+body.Request], row.ID)
		}
	}
	for _, caller := range c.Callers {
		for _, t := range caller.book.traces {
			if len(t.accounts) == 0 {
				continue
			}
			r.Traced++
			ids := of[string(t.accounts[0])+t.request]
			for _, account := range t.accounts {
				if !slices.ContainsFunc(ids, func(id string) bool { return copies[string(account)+id] }) {
					r.miss(&r.Untold, "%s, request %s: nothing in the trail of %s", t.name, t.request, account)
				}
			}
		}
		caller.book.traces = nil
	}
	return nil
}

func (c *Caller) inspect(db *gorm.DB, r *Report) error {
	return errors.Join(c.inspectKey(db, r), c.inspectSecrets(db, r), c.inspectCiphertexts(r), c.life.inspect(c, db, r))
}

func (c *Caller) inspectKey(db *gorm.DB, r *Report) error {
	var row struct {
		Name string `gorm:"column:name"`
		Tag  string `gorm:"column:tag_value"`
	}
	err := db.Raw("SELECT k.name, COALESCE((SELECT t.tag_value FROM key_tags t WHERE t.key_id = k.id AND t.tag_key = ?), '') AS tag_value FROM keys k WHERE k.id = ?", tagKey, c.key).Scan(&row).Error
	if err != nil {
		return fmt.Errorf("read key: %w", err)
	}
	if !c.book.name.has(row.Name) {
		r.miss(&r.Lost, "key %s is named %s, not %s", c.key, row.Name, c.book.name)
	}
	if !c.book.tag.has(row.Tag) {
		r.miss(&r.Lost, "the tag of key %s is %s, not %s", c.key, row.Tag, c.book.tag)
	}
	c.book.name, c.book.tag = possible{row.Name}, possible{row.Tag}
	return nil
}

func (c *Caller) inspectSecrets(db *gorm.DB, r *Report) error {
	find := func(name string) (ids []string, err error) {
		err = db.Raw("SELECT id FROM secrets WHERE account_id = ? AND region = ? AND name = ?", string(c.pair.Partner.Account), region, name).Scan(&ids).Error
		return ids, err
	}
	var present []*ownSecret
	for _, s := range c.book.secrets {
		ids, err := find(s.Name)
		if err != nil {
			return fmt.Errorf("read secret: %w", err)
		}
		if len(ids) == 0 {
			if s.state == there {
				r.miss(&r.Lost, "secret %s is gone", s.Name)
			}
			continue
		}
		s.ID, s.state = ids[0], there
		present = append(present, s)
	}
	c.book.secrets = present
	for _, name := range c.book.deleted {
		if ids, err := find(name); err != nil || len(ids) > 0 {
			r.miss(&r.Lost, "secret %s was deleted and is there: %v", name, err)
		}
	}
	c.book.deleted = nil
	secrets := []Secret{c.pair.Secrets[c.random.IntN(len(c.pair.Secrets))]}
	for _, s := range c.book.secrets {
		secrets = append(secrets, s.Secret)
	}
	for _, s := range secrets {
		c.opens(r, "secret "+s.Name, c.show(s))
	}
	return nil
}

func (c *Caller) inspectCiphertexts(r *Report) error {
	for _, t := range c.book.ciphertexts {
		c.opens(r, "a text encrypted with key "+t.key, c.decrypt(t, false))
	}
	if len(c.book.ciphertexts) > kept {
		c.book.ciphertexts = slices.Clone(c.book.ciphertexts[len(c.book.ciphertexts)-kept:])
	}
	return nil
}

// opens does an act that must show what was kept. It counts for itself, not as an act.
func (c *Caller) opens(r *Report, what string, a act) {
	counted, traced := c.book.count, len(c.book.traces)
	err := c.do(a)
	c.book.count, c.book.traces = counted, c.book.traces[:traced]
	r.mu.Lock()
	r.Checked++
	r.mu.Unlock()
	if err != nil {
		r.miss(&r.Closed, "%s does not open: %v", what, err)
	}
}

// inspect finds out where the share is, and sets the stage by that.
func (l *life) inspect(c *Caller, db *gorm.DB, r *Report) error {
	if l.stage == begin {
		return l.inspectEnded(db, r)
	}
	var draft struct {
		Version string `gorm:"column:version"`
		Share   string `gorm:"column:share"`
	}
	if err := db.Raw("SELECT version, COALESCE(CAST(share_id AS TEXT), '') AS share FROM share_drafts WHERE id = ?", l.draft).Scan(&draft).Error; err != nil {
		return fmt.Errorf("read draft: %w", err)
	}
	if draft.Version == "" || len(l.versions) > 0 && !l.versions.has(draft.Version) {
		r.miss(&r.Lost, "draft %s is at version %q, not %s", l.draft, draft.Version, l.versions)
	}
	if l.share == "" {
		l.share = draft.Share // of a submit that nobody heard of
	}
	if l.share == "" {
		if l.stage = l.stage.opening(); draft.Version == "" {
			l.stage = begin
		}
		return l.inspectEnded(db, r)
	}
	var state string
	err := db.Raw("SELECT s.status || '/' || p.status FROM shares s JOIN share_principals p ON p.share_id = s.id WHERE s.id = ?", l.share).Scan(&state).Error
	if err != nil {
		return fmt.Errorf("read share: %w", err)
	}
	if len(l.states) > 0 && !l.states.has(state) {
		r.miss(&r.Lost, "share %s is %s, not %s", l.share, state, l.states)
	}
	l.states = possible{state}
	switch state {
	case invited:
		l.stage = findInvitation
	case joined:
		l.stage = leave
	case left:
		l.stage = remove
	default:
		l.stage = begin
	}
	return l.inspectEnded(db, r)
}

func (l *life) inspectEnded(db *gorm.DB, r *Report) error {
	for _, share := range l.ended {
		var status string
		if err := db.Raw("SELECT status FROM shares WHERE id = ?", share).Scan(&status).Error; err != nil {
			return fmt.Errorf("read share: %w", err)
		}
		if status != "deleted" {
			r.miss(&r.Lost, "share %s was deleted and is %s", share, status)
		}
	}
	l.ended = nil
	return nil
}

// discard drops the drafts that no caller heard of, so that they do not fill the quota.
func (c *Crew) discard(ctx context.Context, st *store.Store) error {
	used := map[string]bool{}
	for _, caller := range c.Callers {
		used[caller.life.draft] = true
	}
	for _, caller := range c.Callers[:min(len(c.Callers), len(c.World.Pairs))] {
		var drafts []string
		if err := st.Read(ctx).Raw("SELECT id FROM share_drafts WHERE account_id = ? AND share_id IS NULL", string(caller.pair.Owner.Account)).Scan(&drafts).Error; err != nil {
			return fmt.Errorf("read drafts: %w", err)
		}
		for _, id := range drafts {
			if used[id] {
				continue
			}
			form := "form_token=" + strings.ReplaceAll(caller.owner.token, "+", "%2B")
			if err := caller.browser.Send(browser.Post(caller.host, to.ShareDraftDiscard(id), caller.owner.cookie, form), 303); err != nil {
				return err
			}
		}
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"sharedkms/bench/measure"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/ram"
	"sharedkms/views/components/form"
	"sharedkms/views/to"
)

// draftsFor is how many shares can be submitted: more than a run of that length gets to.
func draftsFor(run time.Duration) int { return 200 + int(5000*run.Seconds()) }

// submitters submit at once: shares of one account wait for each other anyway.
const submitters = 4

var formToken = regexp.MustCompile(`name="` + form.NameToken + `" value="([^"]+)"`)

// submit measures the last step of the wizard: a share of three keys with one invitation.
// An account of its own makes them, so that no other figure suffers from the many shares.
func (s *site) submit(ctx context.Context) (group, error) {
	sharer, err := s.w.account(ctx, "Sharer")
	if err != nil {
		return nil, err
	}
	draft, version, err := s.w.draft(ctx, sharer)
	if err != nil {
		return nil, err
	}
	copies, err := s.w.copies(ctx, draft)
	if err != nil {
		return nil, err
	}
	token := s.w.tokens[sharer.User]
	body, err := s.fetch(ctx, to.ShareDraft(string(draft), string(ram.StepConfirm)), token)
	if err != nil {
		return nil, err
	}
	found := formToken.FindStringSubmatch(body)
	if found == nil {
		return nil, errors.New("the last step of the wizard has no form token")
	}
	filled := url.Values{form.NameToken: {found[1]}, "version": {fmt.Sprint(version)}}.Encode()
	browsers, others := s.browsers(submitters), s.browsers(submitters)
	var taken atomic.Int64
	submit := measure.Scenario{
		Name: "page/share submit", Limit: "page/share submit static", Rows: s.w.drafts, Callers: submitters, Queries: s.queries.N,
		Do: func(_ context.Context, caller int) error {
			n := taken.Add(1)
			if n > int64(len(copies)) {
				return errors.New("no draft is left to submit")
			}
			return browsers[caller].Send(s.post(to.ShareDraft(copies[n-1], string(ram.StepConfirm)), token, filled), http.StatusSeeOther)
		},
	}
	redirect := s.static("share-submit-static", http.StatusSeeOther, 0)
	request := s.post(redirect, token, filled)
	return group{submit, {
		Name: submit.Limit, Callers: submitters,
		Do: func(_ context.Context, caller int) error { return others[caller].Send(request, http.StatusSeeOther) },
	}}, nil
}

// draft goes through the wizard up to its last step.
func (w *world) draft(ctx context.Context, c iam.Caller) (ram.DraftID, int64, error) {
	r := w.services.RAM
	var keys []string
	for i := range 3 {
		id, err := w.services.KMS.CreateKey(ctx, c, kms.CreateKeyInput{Region: region, Name: fmt.Sprint("orders-", i), Spec: kms.AES256, Once: uuid.NewString()})
		if err != nil {
			return "", 0, err
		}
		keys = append(keys, string(id))
	}
	id, err := r.CreateDraft(ctx, c, ram.NewDraft{})
	if err != nil {
		return "", 0, err
	}
	d, err := r.GetDraft(ctx, c, id)
	if err != nil {
		return "", 0, err
	}
	if d, err = r.SaveDetails(ctx, c, id, ram.DetailsInput{Version: d.Version, Name: "orders", AddKeys: keys, Finish: true}); err != nil {
		return "", 0, err
	}
	permissions, err := r.ListPermissions(ctx, c)
	if err != nil {
		return "", 0, err
	}
	d, err = r.SavePermissions(ctx, c, id, ram.PermissionsInput{Version: d.Version, Permissions: map[string]ram.PermissionID{ram.ResourceTypeKey: permissions[0].ID}, Finish: true})
	if err != nil {
		return "", 0, err
	}
	d, err = r.SavePrincipals(ctx, c, id, ram.PrincipalsInput{Version: d.Version, AllowExternal: true, Add: []string{string(w.partner.Account)}, Finish: true})
	return id, d.Version, err
}

// copies writes more drafts like one that is ready, beside the rule of 20 for each user.
func (w *world) copies(ctx context.Context, draft ram.DraftID) ([]string, error) {
	ids := make([]string, w.drafts)
	err := w.st.Write(ctx, func(tx *gorm.DB) error {
		for i := range ids {
			ids[i] = uuid.NewString()
			err := tx.Exec(`INSERT INTO share_drafts (id, account_id, user_id, version, data, created_at, updated_at, expires_at)
SELECT ?, account_id, user_id, version, data, created_at, updated_at, expires_at FROM share_drafts WHERE id = ?`, ids[i], string(draft)).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
	return ids, err
}

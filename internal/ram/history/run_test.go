package history_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/ram"
)

// call is an act on one share or its surroundings as the services take it. It travels to
// the second process as a line of JSON.
type call struct {
	Do            string
	Token         string // of the sign-in that acts
	Share, Target string // Target: association, invitation, draft, account
	Principal     string
	Unit          string
	Ends, Seen    ram.End
	Version       int64
	Changes       int64
	On            bool
}

// do does a call as its caller.
func (s services) do(c iam.Caller, one call) error {
	ctx := context.Background()
	share := ram.ShareID(one.Share)
	var err error
	switch one.Do {
	case "accept":
		_, err = s.ram.AcceptInvitation(ctx, c, ram.InvitationID(one.Target))
	case "reject":
		_, err = s.ram.RejectInvitation(ctx, c, ram.InvitationID(one.Target), "")
	case "add":
		_, err = s.ram.AddPrincipal(ctx, c, share, one.Principal)
	case "remove":
		_, err = s.ram.RemovePrincipal(ctx, c, share, ram.AssociationID(one.Target))
	case "remove key":
		_, err = s.ram.RemoveResource(ctx, c, share, ram.AssociationID(one.Target))
	case "resend":
		_, err = s.ram.ResendInvitation(ctx, c, share, ram.AssociationID(one.Target))
	case "leave":
		_, err = s.ram.LeaveShare(ctx, c, share)
	case "delete":
		_, err = s.ram.DeleteShare(ctx, c, share)
	case "end":
		err = s.ram.SetEnd(ctx, c, share, ram.SetEndInput{Principal: ram.AssociationID(one.Target), Seen: one.Seen, To: one.Ends})
	case "edit":
		_, err = s.ram.ConfirmEdit(ctx, c, ram.DraftID(one.Target), one.Version, one.Changes)
	case "share within":
		err = s.orgs.SetSharing(ctx, c, one.On)
	case "remove member":
		err = s.orgs.RemoveMember(ctx, c, iam.AccountID(one.Target))
	case "leave organization":
		err = s.orgs.LeaveOrganization(ctx, c)
	default:
		err = errors.New("unknown act " + one.Do)
	}
	return err
}

// called is an act that is one call.
type called interface {
	act
	actor() string
	call(w *world) call
}

func (w *world) called(a called) error { return w.do(w.as(a.actor()), a.call(w)) }

func (w *world) share(i int) string { return string(w.shares[i]) }

func endOf(t time.Time) ram.End {
	if t.IsZero() {
		return ""
	}
	return ram.EndAt(&t)
}

func (a addPrincipal) actor() string      { return a.by }
func (a removePrincipal) actor() string   { return a.by }
func (a removeKey) actor() string         { return a.by }
func (a resend) actor() string            { return a.by }
func (a answerInvitation) actor() string  { return a.by }
func (a leaveShare) actor() string        { return a.by }
func (a deleteShare) actor() string       { return a.by }
func (a setEnd) actor() string            { return a.by }
func (a setSharing) actor() string        { return a.by }
func (a removeMember) actor() string      { return a.by }
func (a leaveOrganization) actor() string { return a.by }
func (a editShare) actor() string         { return a.by }

func (a addPrincipal) call(w *world) call {
	return call{Do: "add", Share: w.share(a.share), Principal: w.principal(a.principal)}
}

func (a removePrincipal) call(w *world) call {
	return call{Do: "remove", Share: w.share(a.share), Target: w.part(a.share, a.principal)}
}

func (a removeKey) call(w *world) call {
	return call{Do: "remove key", Share: w.share(a.share), Target: w.find(
		"SELECT id FROM share_resources WHERE share_id = ? AND key_id = ? ORDER BY CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END, created_at DESC LIMIT 1",
		w.share(a.share), string(w.keys[a.key].id))}
}

func (a resend) call(w *world) call {
	return call{Do: "resend", Share: w.share(a.share), Target: w.part(a.share, a.principal)}
}

func (a answerInvitation) call(w *world) call {
	return call{Do: onOff(a.reject, "reject", "accept"), Target: w.invitation(a.share, a.by)}
}

func (a leaveShare) call(w *world) call  { return call{Do: "leave", Share: w.share(a.share)} }
func (a deleteShare) call(w *world) call { return call{Do: "delete", Share: w.share(a.share)} }

func (a setEnd) call(w *world) call {
	c := call{Do: "end", Share: w.share(a.share), Ends: endOf(a.ends), Seen: endOf(a.seen)}
	if a.principal != nil {
		c.Target = w.part(a.share, *a.principal)
	}
	return c
}

func (a setSharing) call(*world) call { return call{Do: "share within", On: a.enabled} }

func (a removeMember) call(w *world) call {
	return call{Do: "remove member", Target: w.account(a.account)}
}

func (a leaveOrganization) call(*world) call { return call{Do: "leave organization"} }

func (a editShare) call(*world) call { return *a.confirm }

func (a addPrincipal) run(w *world) error      { return w.called(a) }
func (a removePrincipal) run(w *world) error   { return w.called(a) }
func (a removeKey) run(w *world) error         { return w.called(a) }
func (a resend) run(w *world) error            { return w.called(a) }
func (a answerInvitation) run(w *world) error  { return w.called(a) }
func (a leaveShare) run(w *world) error        { return w.called(a) }
func (a deleteShare) run(w *world) error       { return w.called(a) }
func (a setEnd) run(w *world) error            { return w.called(a) }
func (a setSharing) run(w *world) error        { return w.called(a) }
func (a removeMember) run(w *world) error      { return w.called(a) }
func (a leaveOrganization) run(w *world) error { return w.called(a) }

func (a editShare) run(w *world) error {
	a, err := a.draft(w)
	if err != nil {
		return err
	}
	err = w.called(a)
	if err != nil {
		_ = w.ram.DeleteDraft(context.Background(), w.as(a.by), ram.DraftID(a.confirm.Target)) // it may have become the share
	}
	return err
}

// draft takes the edit through the steps of its wizard, up to the last button.
func (a editShare) draft(w *world) (editShare, error) {
	ctx, c := context.Background(), w.as(a.by)
	id, err := w.ram.EditShare(ctx, c, w.shares[a.share])
	if err != nil {
		return a, err
	}
	drop := func(err error) (editShare, error) {
		return a, errors.Join(err, w.ram.DeleteDraft(ctx, c, id))
	}
	d, err := w.ram.GetDraft(ctx, c, id)
	if err != nil {
		return drop(err)
	}
	details := ram.DetailsInput{Version: d.Version, Name: d.Name, Description: d.Description, Tags: d.Tags, Ends: d.Ends, AddKeys: w.keyIDs(a.keysIn), RemoveKeys: w.keyIDs(a.keysOut), Finish: true}
	if a.rename {
		details.Name += "x"
		if len(details.Name) > 60 {
			details.Name = "again"
		}
	}
	if a.ends != nil {
		details.Ends = endOf(*a.ends)
	}
	if d, err = w.ram.SaveDetails(ctx, c, id, details); err != nil {
		return drop(err)
	}
	if a.permission != "" {
		d, err = w.ram.SavePermissions(ctx, c, id, ram.PermissionsInput{Version: d.Version, Permissions: map[string]ram.PermissionID{ram.ResourceTypeKey: w.permissions[a.permission]}, Finish: true})
		if err != nil {
			return drop(err)
		}
	}
	in := ram.PrincipalsInput{Version: d.Version, AllowExternal: d.AllowExternal, Retain: d.Retain, Add: w.principals(a.in), Remove: w.principals(a.out), Finish: true}
	if a.external != nil {
		in.AllowExternal = *a.external
	}
	if a.retain != nil {
		in.Retain = *a.retain
	}
	if d, err = w.ram.SavePrincipals(ctx, c, id, in); err != nil {
		return drop(err)
	}
	// The wizard says who is in the share already: naming them is no wish of the edit then.
	a.in = slices.DeleteFunc(slices.Clone(a.in), func(p principal) bool {
		return slices.ContainsFunc(d.Already, func(n ram.Named) bool { return n.Principal == w.principal(p) })
	})
	r, err := w.ram.Review(ctx, c, id)
	if err != nil {
		return drop(err)
	}
	a.confirm = &call{Do: "edit", Target: string(id), Version: d.Version, Changes: r.Edit.Seen}
	return a, nil
}

func (w *world) keyIDs(keys []int) (ids []string) {
	for _, k := range keys {
		ids = append(ids, string(w.keys[k].id))
	}
	return ids
}

func (w *world) principals(list []principal) (names []string) {
	for _, p := range list {
		names = append(names, w.principal(p))
	}
	return names
}

func (a createShare) run(w *world) error {
	ctx, c := context.Background(), w.as(a.by)
	id, err := w.ram.CreateDraft(ctx, c, ram.NewDraft{})
	if err != nil {
		return err
	}
	share, err := a.wizard(w, c, id)
	if err != nil {
		return errors.Join(err, w.ram.DeleteDraft(ctx, c, id))
	}
	w.shares = append(w.shares, share)
	return nil
}

func (a createShare) wizard(w *world, c iam.Caller, id ram.DraftID) (ram.ShareID, error) {
	ctx := context.Background()
	d, err := w.ram.GetDraft(ctx, c, id)
	if err != nil {
		return "", err
	}
	d, err = w.ram.SaveDetails(ctx, c, id, ram.DetailsInput{Version: d.Version, Name: a.name, Ends: endOf(a.ends), AddKeys: w.keyIDs(a.keys), Finish: true})
	if err != nil {
		return "", err
	}
	d, err = w.ram.SavePermissions(ctx, c, id, ram.PermissionsInput{Version: d.Version, Permissions: map[string]ram.PermissionID{ram.ResourceTypeKey: w.permissions[a.permission]}, Finish: true})
	if err != nil {
		return "", err
	}
	d, err = w.ram.SavePrincipals(ctx, c, id, ram.PrincipalsInput{Version: d.Version, AllowExternal: a.external, Retain: a.retain, Add: w.principals(a.principals), Finish: true})
	if err != nil {
		return "", err
	}
	return w.ram.ConfirmDraft(ctx, c, id, d.Version)
}

func (a updateShare) run(w *world) error {
	ctx, c := context.Background(), w.as(a.by)
	p, err := w.ram.GetPermission(ctx, c, w.permissions[own(a.by)])
	if err != nil {
		return err
	}
	_, err = w.ram.UpdateShares(ctx, c, p.ID, p.DefaultVersion, []ram.ShareID{w.shares[a.share]})
	return err
}

func (a setDefault) run(w *world) error {
	return w.ram.SetDefaultVersion(context.Background(), w.as(a.by), w.permissions[own(a.by)], int64(a.version))
}

func (a createOrganization) run(w *world) error {
	o, err := w.orgs.CreateOrganization(context.Background(), w.as(a.by), a.name)
	if err == nil {
		w.organizations = append(w.organizations, organizationIDs{id: o.ID, urn: o.URN})
	}
	return err
}

func (a deleteOrganization) run(w *world) error {
	return w.orgs.DeleteOrganization(context.Background(), w.as(a.by))
}

func (a addMember) run(w *world) error {
	return w.orgs.AddMember(context.Background(), w.as(a.by), w.as(a.account).Account, w.unit(a.org, a.unit))
}

func (a moveMember) run(w *world) error {
	return w.orgs.MoveMember(context.Background(), w.as(a.by), w.as(a.account).Account, w.place(a.org, a.unit))
}

func (a invite) run(w *world) error {
	_, err := w.orgs.Invite(context.Background(), w.as(a.by), w.account(a.account), "")
	return err
}

func (a answerHandshake) run(w *world) (err error) {
	ctx, c, id := context.Background(), w.as(a.by), w.handshake(a.org, a.account)
	switch a.how {
	case "accept":
		_, err = w.orgs.AcceptInvitation(ctx, c, id)
	case "decline":
		_, err = w.orgs.DeclineInvitation(ctx, c, id)
	default:
		_, err = w.orgs.CancelInvitation(ctx, c, id)
	}
	return err
}

func (a createUnit) run(w *world) error {
	u, err := w.orgs.CreateUnit(context.Background(), w.as(a.by), w.unit(a.org, a.parent), a.name)
	if err == nil {
		w.organizations[a.org].units = append(w.organizations[a.org].units, u)
	}
	return err
}

func (a deleteUnit) run(w *world) error {
	return w.orgs.DeleteUnit(context.Background(), w.as(a.by), w.unit(a.org, a.unit))
}

func (a moveUnit) run(w *world) error {
	return w.orgs.MoveUnit(context.Background(), w.as(a.by), w.unit(a.org, a.unit), w.place(a.org, a.parent))
}

func (a createKey) run(w *world) error {
	ctx, c := context.Background(), w.as(a.by)
	id, err := w.kms.CreateKey(ctx, c, kms.CreateKeyInput{Region: a.region, Name: a.name, Spec: kms.AES256, Once: a.name})
	if err != nil {
		return err
	}
	sealed, err := w.kms.EncryptData(ctx, c, kms.EncryptInput{Region: a.region, Key: id, Plain: []byte(a.name)})
	w.keys = append(w.keys, sealedKey{id, a.region, sealed.Text})
	return err
}

func (a changeKey) run(w *world) error {
	ctx, c, k := context.Background(), w.as(a.by), w.keys[a.key]
	switch a.how {
	case "disable":
		return w.kms.DisableKey(ctx, c, k.region, k.id)
	case "enable":
		return w.kms.EnableKey(ctx, c, k.region, k.id)
	case "schedule the deletion of":
		return w.kms.ScheduleKeyDeletion(ctx, c, k.region, k.id, 7)
	}
	return w.kms.CancelKeyDeletion(ctx, c, k.region, k.id)
}

func (a sweep) run(w *world) error {
	ctx := context.Background()
	switch a.room {
	case "kms":
		return w.kms.RunOnce(ctx, w.Now())
	case "ram":
		return w.ram.RunOnce(ctx, w.Now())
	case "org":
		return w.orgs.RunOnce(ctx, w.Now())
	}
	return fmt.Errorf("no room %s", a.room)
}

func (a wait) run(w *world) error {
	w.Advance(a.to.Sub(w.Now()))
	return nil
}

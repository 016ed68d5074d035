package ram

import (
	"context"
	"slices"
	"strings"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/org"
)

// Chosen is a principal in a draft, with what naming it means.
type Chosen struct {
	Principal string
	Kind      PrincipalKind
	Name      string // an account's ID, where its name may not be read
	InOrg     bool
	AtOnce    bool // access at once; else an invitation, valid for 7 days
	Accounts  int  // of a unit or organization: accounts reached now besides the owner's
	Problem   string
	Live      *Principal // of an edit: it is in the share already, and how

	at int // which of the list that was judged, from 1
}

// WhyNoOrganization says why principals cannot be named through the organization.
type WhyNoOrganization string

// The reasons. Empty means they can.
const (
	OrganizationUsable    WhyNoOrganization = ""
	NotInOrganization     WhyNoOrganization = "none"
	SharingOff            WhyNoOrganization = "off"       // ManagementName can switch it on
	OrganizationForbidden WhyNoOrganization = "forbidden" // no policy lets the user read it
)

// PrincipalsPage is what step three shows. Tree is nil unless Why is empty.
type PrincipalsPage struct {
	Draft          Draft
	Chosen         []Chosen
	Why            WhyNoOrganization
	Organization   string // its name, empty without one
	ManagementName string // of the account that can switch sharing on
	ManagementID   iam.AccountID
	IsManagement   bool // the caller's account is it
	Tree           *org.Tree
}

// PrincipalsInput is what step three posts. Add holds account IDs and URNs of
// organization, root or unit as typed or ticked.
type PrincipalsInput struct {
	Version       int64
	AllowExternal bool
	Retain        bool // invite accounts of the organization too
	Add           []string
	Remove        []string
	Clear         bool
	Finish        bool
}

const actionReadOrganization iam.Action = "organizations:organizations:get"

// PrincipalsPage reads step three.
//
// Errors: NotFound; *Elsewhere.
func (s *Service) PrincipalsPage(ctx context.Context, caller iam.Caller, id DraftID) (PrincipalsPage, error) {
	var page PrincipalsPage
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		row, data, err := openStep(tx, id, StepPrincipals)
		if err != nil {
			return err
		}
		page.Draft = row.toDraft(data)
		_, added := data.added()
		c, err := readMembers(tx, added, false)
		if err != nil {
			return err
		}
		page.Why = whyNoOrganization(tx, c)
		if c.in {
			page.Organization, page.ManagementID = c.org.Name, c.org.Management
			page.ManagementName, page.IsManagement = c.known[c.org.Management].Name, c.org.Management == c.owner
		}
		if page.Why == OrganizationUsable {
			tree, err := org.TreeIn(tx, c.org)
			if err != nil {
				return err
			}
			page.Tree, c.units = &tree, unitNames(tree.Root, map[string]string{})
		} else if err := c.readUnits(tx, added); err != nil {
			return err
		}
		var live []Principal
		if data.Base != nil {
			if live, err = livePrincipals(tx, string(data.Edits)); err != nil {
				return err
			}
		}
		page.Chosen = c.show(data, page.Tree, live)
		return nil
	})
	return page, err
}

func whyNoOrganization(tx *iam.Tx, c circle) WhyNoOrganization {
	switch {
	case !c.in:
		return NotInOrganization
	case !mayList(tx.Caller, iam.URN{Service: "organizations", Account: c.org.Management, Type: "organization", ID: string(c.org.ID)}):
		return OrganizationForbidden
	case !c.org.SharingEnabled:
		return SharingOff
	}
	return OrganizationUsable
}

// mayList reports whether the caller's policies show the organization and what is in it, as
// the pages of Organizations ask.
func mayList(c iam.Caller, organization iam.URN) bool {
	return c.May(actionReadOrganization, organization) && c.May(org.ActionListUnits, organization)
}

func unitNames(u org.Unit, names map[string]string) map[string]string {
	names[u.URN] = u.Name
	for _, below := range u.Units {
		unitNames(below, names)
	}
	return names
}

// show tells what naming each principal of a draft means, also of those that can no
// longer be named. Those of live stand in the share already.
func (c circle) show(d draftData, tree *org.Tree, live []Principal) []Chosen {
	c.retain = d.Retain
	list := make([]Chosen, 0, len(d.Principals))
	for _, text := range d.Principals {
		again := slices.Contains(d.Again, text)
		if i := slices.IndexFunc(live, func(p Principal) bool { return p.Principal == text }); i >= 0 && !(again && live[i].State == Ineffective) {
			p := live[i]
			one := Chosen{Principal: text, Kind: p.Kind, Name: p.Name, InOrg: !p.External, AtOnce: p.State == AccessAtOnce, Live: &p}
			one.Accounts = c.reached(one, tree)
			list = append(list, one)
			continue
		}
		if d.Base != nil && !again && slices.Contains(d.Base.Principals, text) {
			continue // it left meanwhile, or its invitation expired
		}
		one, err := c.judge(text, d.AllowExternal)
		if f, ok := fault.As(err); ok {
			n, _ := parsePrincipal(text) // what a draft holds was parsed once
			one = Chosen{Principal: text, Kind: n.kind, Name: c.known[iam.AccountID(text)].Name, Problem: f.Fields[0].Message}
		}
		one.Accounts = c.reached(one, tree)
		list = append(list, one)
	}
	return list
}

// reached counts the accounts of a unit or organization besides the owner's; 0 without a
// tree.
func (c circle) reached(one Chosen, tree *org.Tree) int {
	if tree == nil || one.Kind == KindAccount {
		return 0
	}
	u, ok := tree.Root.Find(one.Principal)
	switch {
	case !ok:
		return 0
	case u.Holds(c.owner):
		return u.Size() - 1
	}
	return u.Size()
}

// SavePrincipals saves step three. No principal at all is allowed: nobody has access
// until one is added. Of an edit, adding who is in the share already changes nothing, and
// Draft.Already says so; whose part in it is over is named anew.
//
// Errors: Invalid with the fields principal (which of in.Add, at its place) and scope;
// NotFound; Conflict; *Elsewhere.
func (s *Service) SavePrincipals(ctx context.Context, caller iam.Caller, id DraftID, in PrincipalsInput) (Draft, error) {
	var already []Named
	draft, err := s.saveStep(ctx, caller, id, in.Version, StepPrincipals, func(tx *iam.Tx, d *draftData) error {
		d.AllowExternal, d.Retain = in.AllowExternal, in.Retain
		if in.Clear {
			d.Principals, d.Again = nil, nil
		}
		gone := func(p string) bool { return slices.Contains(in.Remove, p) }
		d.Principals, d.Again = slices.DeleteFunc(d.Principals, gone), slices.DeleteFunc(d.Again, gone)
		there, err := standing(tx, d)
		if err != nil {
			return err
		}
		_, all := d.added()
		kept := without(d.Principals, all)
		before := len(all)
		typed := make([]int, before) // which of in.Add each of all is; 0: one that was chosen before
		var wrong fault.Fields
		already = nil
		stays := func(p string) bool {
			name, ok := there[p]
			ok = ok && slices.Contains(kept, p)
			if ok && !slices.Contains(already, name) {
				already = append(already, name)
			}
			return ok
		}
		seen := map[string]bool{}
		for i, text := range in.Add {
			text = strings.TrimSpace(text)
			switch {
			case text == "":
			case seen[text] && slices.Contains(kept, text):
				wrong = append(wrong, twice(text, i+1))
			case !stays(text):
				all, typed = append(all, text), append(typed, i+1)
			}
			seen[text] = true
		}
		c, err := readCircle(tx, slices.Concat(all[:min(len(all), MaxPrincipals+1)], kept), false)
		if err != nil {
			return err
		}
		c.retain = d.Retain
		chosen, refused := c.judgeAll(all, d.AllowExternal)
		for _, f := range refused {
			if f.At > 0 {
				f.At = typed[f.At-1]
			}
			wrong = append(wrong, f)
		}
		chosen = slices.DeleteFunc(chosen, func(p Chosen) bool { return stays(p.Principal) }) // by another of its URNs
		if err := c.checkKept(tx, &wrong, d, kept); err != nil {
			return err
		}
		if err := wrong.Err(); err != nil && (in.Finish || len(all) > before) {
			return err
		}
		if len(wrong) > 0 { // something was taken out, and what stays is not right yet
			d.reopen(StepPrincipals)
			return nil
		}
		d.choose(kept, chosen, there)
		if in.Finish {
			d.finish(StepPrincipals)
		}
		return nil
	})
	draft.Already = already
	return draft, err
}

// standing gives those who have a part in the share that a draft edits, by principal: not whose part is over by the switch, though no sweep has marked it.
func standing(tx *iam.Tx, d *draftData) (map[string]Named, error) {
	there := map[string]Named{}
	if d.Base == nil {
		return there, nil
	}
	live, err := livePrincipals(tx, string(d.Edits))
	for _, p := range live {
		if p.State != Ineffective {
			there[p.Principal] = Named{Principal: p.Principal, Kind: p.Kind, Name: p.Name}
		}
	}
	return there, err
}

// choose keeps the chosen ones beside those that stay. Of them, who was in the share when
// the draft began, and is there no more, is named anew.
func (d *draftData) choose(kept []string, chosen []Chosen, there map[string]Named) {
	d.Principals, d.Again = kept, nil
	for _, p := range chosen {
		_, stands := there[p.Principal]
		if d.Base != nil && slices.Contains(d.Base.Principals, p.Principal) && !stands {
			d.Again = append(d.Again, p.Principal)
		}
		if !slices.Contains(d.Principals, p.Principal) {
			d.Principals = append(d.Principals, p.Principal)
		}
	}
}

// checkKept checks the scope of a draft, and that an edit which narrows it leaves nobody
// in the share whom it shuts out.
func (c circle) checkKept(tx *iam.Tx, wrong *fault.Fields, d *draftData, kept []string) error {
	if d.Base == nil {
		c.checkScope(wrong, d.AllowExternal)
		return nil
	}
	_, removed := d.removed()
	checkCounts(wrong, "principal", "principals", 0, len(removed), len(kept), MaxSharePrincipals)
	if d.AllowExternal || !d.Base.AllowExternal {
		return nil
	}
	c.checkScope(wrong, false)
	live, err := livePrincipals(tx, string(d.Edits))
	if err != nil {
		return err
	}
	c.checkInside(wrong, slices.DeleteFunc(live, func(p Principal) bool { return !slices.Contains(kept, p.Principal) }))
	return nil
}

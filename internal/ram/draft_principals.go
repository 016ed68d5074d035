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
		c, err := readCircle(tx, data.Principals, false)
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
			page.Tree = &tree
		}
		page.Chosen = c.show(data, page.Tree)
		return nil
	})
	return page, err
}

func whyNoOrganization(tx *iam.Tx, c circle) WhyNoOrganization {
	switch {
	case !c.in:
		return NotInOrganization
	case !tx.Caller.May(actionReadOrganization, iam.URN{Service: "organizations", Account: c.org.Management, Type: "organization", ID: string(c.org.ID)}):
		return OrganizationForbidden
	case !c.org.SharingEnabled:
		return SharingOff
	}
	return OrganizationUsable
}

// show tells what naming each principal of a draft means, also of those that can no
// longer be named.
func (c circle) show(d draftData, tree *org.Tree) []Chosen {
	list := make([]Chosen, 0, len(d.Principals))
	for _, text := range d.Principals {
		one, err := c.judge(text, d.AllowExternal)
		if f, ok := fault.As(err); ok {
			n, _ := parsePrincipal(text) // what a draft holds was parsed once
			one = Chosen{Principal: text, Kind: n.kind, Name: c.known[iam.AccountID(text)].Name, Problem: f.Fields[0].Message}
		}
		if tree != nil && one.Kind != KindAccount {
			if u, ok := tree.Root.Find(one.Principal); ok {
				one.Accounts = u.Size()
				if u.Holds(c.owner) {
					one.Accounts--
				}
			}
		}
		list = append(list, one)
	}
	return list
}

// SavePrincipals saves step three. No principal at all is allowed: nobody has access
// until one is added.
//
// Errors: Invalid with the fields principal (what was typed) and scope; NotFound;
// Conflict; *Elsewhere.
func (s *Service) SavePrincipals(ctx context.Context, caller iam.Caller, id DraftID, in PrincipalsInput) (Draft, error) {
	return s.saveStep(ctx, caller, id, in.Version, StepPrincipals, func(tx *iam.Tx, d *draftData) error {
		d.AllowExternal = in.AllowExternal
		if in.Clear {
			d.Principals = nil
		}
		d.Principals = slices.DeleteFunc(d.Principals, func(p string) bool { return slices.Contains(in.Remove, p) })
		all := d.Principals
		for _, text := range in.Add {
			if text = strings.TrimSpace(text); text != "" {
				all = append(all, text)
			}
		}
		c, err := readCircle(tx, all[:min(len(all), MaxPrincipals+1)], false)
		if err != nil {
			return err
		}
		chosen, wrong := c.judgeAll(all, d.AllowExternal)
		c.checkScope(&wrong, d.AllowExternal)
		if err := wrong.Err(); err != nil && (in.Finish || len(all) > len(d.Principals)) {
			return err
		}
		if len(wrong) > 0 { // something was taken out, and what stays is not right yet
			d.reopen(StepPrincipals)
			return nil
		}
		d.Principals = nil
		for _, p := range chosen {
			d.Principals = append(d.Principals, p.Principal)
		}
		if in.Finish {
			d.finish(StepPrincipals)
		}
		return nil
	})
}

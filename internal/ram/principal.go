package ram

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/org"
	"sharedkms/internal/store"
)

var (
	principalText = regexp.MustCompile(`^[\w/*.+:()#@?=&%-]+$`)
	bareOrgID     = regexp.MustCompile(`^(o|ou|r)-[0-9a-z]{4,32}$`)
	orgPath       = regexp.MustCompile(`^(o-[0-9a-z]{10,32})(/(?:r-[0-9a-z]{4,32}|ou-[0-9a-z]{8,32}))?$`)
)

// named is one principal as parsed: an account, or something of an organization.
type named struct {
	text         string
	kind         PrincipalKind
	organization string // of the others: o-…
	root         bool   // a root's URN, which stands for the organization
}

// parsePrincipal reads an account ID, or the URN of an organization, root or unit.
func parsePrincipal(text string) (named, error) {
	wrong := func(why string) error {
		return fault.InField("principal", codeUnknownAccount, fmt.Sprintf("%q is not a principal: %s", short(text), why))
	}
	switch {
	case iam.IsAccountID(text):
		return named{text: text, kind: KindAccount}, nil
	case bareOrgID.MatchString(text):
		return named{}, wrong("enter the whole URN, which begins with organizations::")
	case len(text) > 1500 || !principalText.MatchString(text) || !strings.Contains(text, ":"):
		return named{}, wrong("an account ID has 32 characters, 0 to 9 and a to f. Check what you typed.")
	}
	urn, ok := iam.ParseURN(text)
	if !ok || urn.Service != "organizations" || urn.Region != "" {
		return named{}, wrong("only URNs of an organization, its root and its units name principals.")
	}
	n := named{text: text}
	path := orgPath.FindStringSubmatch(urn.ID)
	switch {
	case urn.Type == "account":
		return named{}, wrong("name an account by its ID alone.")
	case path == nil:
		return named{}, wrong("the last part of the URN is not the ID of an organization, a root or a unit. Copy it from the page of the organization.")
	case urn.Type == "organization" && path[2] == "":
		n.kind = KindOrganization
	case urn.Type == "root" && strings.HasPrefix(path[2], "/r-"):
		n.kind, n.root = KindOrganization, true
	case urn.Type == "ou" && strings.HasPrefix(path[2], "/ou-"):
		n.kind = KindUnit
	default:
		return named{}, wrong("type and ID of the URN do not belong together. Copy it from the page of the organization.")
	}
	n.organization = path[1]
	return n, nil
}

// circle is what principals are checked against: the owner's organization, if any.
type circle struct {
	owner iam.AccountID
	in    bool
	org   org.Organization
	known map[iam.AccountID]account
	units map[string]string // names by URN

	// Of the share that is named in: accounts inside are invited too, and when it ends.
	retain bool
	ends   *store.Time
}

// usable reports whether principals can be named through the organization.
func (c circle) usable() bool { return c.in && c.org.SharingEnabled }

// of ties the circle to the share that principals are named in.
//
// Errors: State when the share's end has come.
func (c *circle) of(share shareRow, now time.Time) error {
	if over(share.EndsAt, now) {
		return fault.New(fault.State, codeTimeEnded, fmt.Sprintf("This share ended on %s UTC. Set a later end, or none, before it names anybody again.", EndAt(share.EndsAt.TimePtr())))
	}
	c.retain, c.ends = share.Retain, share.EndsAt
	return nil
}

// readCircle reads what is needed to judge list, in at most three queries. lock makes
// organization and memberships stand still, in an act that relies on them.
func readCircle(tx *iam.Tx, list []string, lock bool) (circle, error) {
	c, err := readMembers(tx, list, lock)
	if err != nil {
		return c, err
	}
	return c, c.readUnits(tx, list)
}

// readMembers is readCircle without the names of units.
func readMembers(tx *iam.Tx, list []string, lock bool) (circle, error) {
	c := circle{owner: tx.Caller.Account}
	var accounts []iam.AccountID
	for _, text := range list {
		if iam.IsAccountID(text) {
			accounts = append(accounts, iam.AccountID(text))
		}
	}
	var err error
	if lock {
		c.org, c.in, err = org.LockOfIn(tx, c.owner, accounts)
	} else {
		var m org.Membership
		m, c.in, err = org.OfIn(tx, c.owner)
		c.org = m.Organization
	}
	if err != nil {
		return circle{}, err
	}
	if c.in {
		accounts = append(accounts, c.org.Management)
	}
	c.known, err = namedAccounts(tx, c.org.ID, accounts)
	return c, err
}

// readUnits reads the names of those of list that are units of the organization.
func (c *circle) readUnits(tx *iam.Tx, list []string) (err error) {
	if !c.in {
		return nil
	}
	var urns []string
	for _, text := range list {
		if n, err := parsePrincipal(text); err == nil && n.kind != KindAccount {
			urns = append(urns, text)
		}
	}
	c.units, err = org.UnitsIn(tx, c.org.ID, urns)
	return err
}

// judge decides whether a principal may be named, and what naming it means. The
// principal comes back in canonical form.
func (c circle) judge(text string, allowExternal bool) (Chosen, error) {
	n, err := parsePrincipal(text)
	if err != nil {
		return Chosen{}, err
	}
	refuse := func(code, format string, args ...any) (Chosen, error) {
		return Chosen{}, fault.InField("principal", code, fmt.Sprintf(format, args...))
	}
	if n.kind == KindAccount {
		id := iam.AccountID(text)
		account, known := c.known[id]
		switch {
		case id == c.owner:
			return refuse(codeOwnAccount, "%s is this account itself, which has access as the owner. Leave it out.", text)
		case !known:
			return refuse(codeUnknownAccount, "No account has the ID %s. Compare it with the one that the account itself shows.", text)
		case !allowExternal && !account.Member:
			return refuse(codeExternalRefused, "%s is outside your organization, and the scope allows only accounts inside. Leave it out, or allow any account.", account.title(text))
		}
		return Chosen{Principal: text, Kind: KindAccount, Name: account.Name, InOrg: account.Member, AtOnce: account.Member && c.usable() && !c.retain}, nil
	}
	switch {
	case !c.in:
		return refuse(codeNoOrganization, "%s belongs to an organization, and this account is in none. Name accounts by their IDs.", text)
	case n.organization != string(c.org.ID):
		return refuse(codeOtherOrg, "%s belongs to another organization. Name its accounts by their IDs.", text)
	case !c.org.SharingEnabled:
		return refuse(codeSharingOff, "Sharing with the organization is off. Ask its management account, %s, to turn it on, or name accounts by their IDs.", c.known[c.org.Management].Name)
	}
	canonical, name := text, c.units[text]
	switch {
	case n.kind == KindOrganization && (text == c.org.URN || n.root && name != ""):
		canonical, name = c.org.URN, c.org.Name
	case n.kind == KindOrganization || name == "":
		return refuse(codeOtherOrg, "%s has nothing named %s. Choose it in the tree, or copy its URN from the page of the organization.", c.org.Name, text)
	}
	return Chosen{Principal: canonical, Kind: n.kind, Name: name, InOrg: true, AtOnce: true}, nil
}

// judgeAll judges a whole list, and refuses what is there twice or too much. What is wrong
// with one of the list is said at its place.
func (c circle) judgeAll(list []string, allowExternal bool) (chosen []Chosen, wrong fault.Fields) {
	if len(list) > MaxPrincipals {
		wrong.Add("principal", codePerShareQuota, fmt.Sprintf("At most %d principals can be added at a time, these are %d. Add some of them first.", MaxPrincipals, len(list)))
		return nil, wrong
	}
	for i, text := range list {
		one, err := c.judge(text, allowExternal)
		if f, ok := fault.As(err); ok {
			wrong = append(wrong, placed(f.Fields, i+1)...)
			continue
		}
		if slices.ContainsFunc(chosen, func(o Chosen) bool { return o.Principal == one.Principal }) {
			wrong = append(wrong, twice(text, i+1))
			continue
		}
		one.at = i + 1
		chosen = append(chosen, one)
	}
	return chosen, wrong
}

func twice(principal string, at int) fault.Field {
	return fault.Field{Name: "principal", Code: codePrincipalTwice, Message: principal + " is there twice. Leave one of them out.", At: at}
}

// placed says of fields that they are about one of a list.
func placed(fields []fault.Field, at int) []fault.Field {
	list := slices.Clone(fields)
	for i := range list {
		list[i].At = at
	}
	return list
}

// checkScope refuses a scope that nothing can satisfy.
func (c circle) checkScope(f *fault.Fields, allowExternal bool) {
	if allowExternal || c.usable() {
		return
	}
	if !c.in {
		f.Add("scope", codeNoOrganization, "This account is in no organization, so sharing cannot be limited to one. Allow any account.")
		return
	}
	f.Add("scope", codeSharingOff, fmt.Sprintf("Sharing with %s is off, so sharing cannot be limited to it. Ask its management account, %s, to turn it on, or allow any account.", c.org.Name, c.known[c.org.Management].Name))
}

// associate makes the association of a principal, and the invitation it needs: access at
// once through the organization, else an invitation for 7 days or until the share ends.
func associate(tx *iam.Tx, share shareRow, c circle, p Chosen) (principalRow, *invitationRow) {
	row := principalRow{
		ID: newID(), ShareID: share.ID, ShareName: share.NameLower, AccountID: string(c.owner), Kind: string(p.Kind), Principal: p.Principal,
		External: !p.InOrg, Status: associating, CreatedAt: store.At(tx.Now), ShareEndsAt: c.ends,
	}
	if p.AtOnce {
		at, organization, epoch := store.At(tx.Now), string(c.org.ID), c.org.SharingEpoch
		row.Status, row.AssociatedAt, row.OrganizationID, row.SharingEpoch = associated, &at, &organization, &epoch
		return row, nil
	}
	return row, &invitationRow{
		ID: newID(), ShareID: share.ID, AssociationID: row.ID, Sender: string(c.owner), Receiver: p.Principal,
		Status: string(StatusPending), CreatedAt: row.CreatedAt, ExpiresAt: invitedUntil(tx.Now, c.ends),
	}
}

package ram

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"sharedkms/internal/iam"
	"sharedkms/internal/ram"
	"sharedkms/views/components/label"
	"sharedkms/views/components/when"
	"sharedkms/views/to"
)

// Permission is a managed permission in words.
type Permission struct {
	ID      string
	Name    string
	Version string // "version 1, 9 actions"
	Chosen  bool
	Default bool
	Own     bool // of this account
	May     []ram.Sentence
	MayNot  []ram.Sentence
}

func newPermission(p ram.Permission) Permission {
	return Permission{
		ID: string(p.ID), Name: p.Name, Default: p.Default, Own: !p.Managed, May: p.May, MayNot: p.MayNot,
		Version: "version " + strconv.FormatInt(p.Version, 10) + ", " + count(len(p.Actions), "action", "actions"),
	}
}

// onlyPermission is the permission of the one resource type; the zero one if there is none.
func onlyPermission(list []ram.Permission) Permission {
	if len(list) == 0 {
		return Permission{Name: "None", Version: "0 actions"}
	}
	return newPermission(list[0])
}

func newKey(k ram.Key) Key {
	return Key{
		ID: k.ID, Name: k.Name, Href: to.Key(k.Region, k.ID), Region: k.Region,
		Spec: k.Spec, Usage: usage(k.Usage), State: keyState(k.State),
	}
}

func newKeys(list []ram.Key) []Key {
	keys := make([]Key, len(list))
	for i, k := range list {
		keys[i] = newKey(k)
	}
	return keys
}

// withoutLinks is for readers who cannot open the keys: what they are invited to is not theirs yet.
func withoutLinks(keys []Key) []Key {
	for i := range keys {
		keys[i].Href = ""
	}
	return keys
}

func usage(u string) string {
	switch u {
	case "ENCRYPT_DECRYPT":
		return "Encrypt, decrypt"
	case "SIGN_VERIFY":
		return "Sign, verify"
	case "GENERATE_VERIFY_MAC":
		return "Make and check message codes"
	default:
		return u
	}
}

func keyState(state string) Status {
	switch state {
	case "enabled":
		return Status{Label: label.Status(label.Green, "Enabled")}
	case "disabled":
		return Status{Label: label.Status(label.Grey, "Disabled"), Note: "cannot be used now"}
	case "pending_deletion":
		return Status{Label: label.Status(label.Amber, "Pending deletion"), Note: "cannot be used now"}
	case "pending_import":
		return Status{Label: label.Status(label.Violet, "Pending import"), Note: "cannot be used now"}
	default:
		return Status{Label: label.Status(label.Grey, "Deleted"), Note: "for good"}
	}
}

// unusable is the state of a key that cannot be used now, in a line; empty for an enabled one.
func unusable(k ram.Key) string {
	if k.State == "enabled" {
		return ""
	}
	return strings.ReplaceAll(k.State, "_", " ")
}

// shareStatus is the owner's word for a share.
func shareStatus(status ram.ShareStatus, hidden *time.Time, now time.Time) Status {
	if status == ram.ShareActive {
		return Status{Label: label.Status(label.Green, "Sharing")}
	}
	return Status{Label: label.Status(label.Grey, "Deleted"), Note: hiddenIn(hidden, now)}
}

func hiddenIn(at *time.Time, now time.Time) string {
	if at == nil {
		return ""
	}
	return "hidden " + when.Distance(*at, now)
}

// left is the time until t: "7 days left".
func left(t, now time.Time) string {
	return strings.TrimPrefix(when.Distance(t, now), "in ") + " left"
}

func principalState(p ram.Principal, now time.Time) Status {
	switch p.State {
	case ram.AccessAtOnce:
		how := "through the organization"
		if p.ByOrganization {
			how += ", which accepted the invitation"
		}
		return Status{label.Status(label.Green, "Access at once"), joined(how, ends(p.EndsAt, now))}
	case ram.Accepted:
		return Status{label.Status(label.Green, "Accepted"), joined("by invitation", ends(p.EndsAt, now))}
	case ram.InvitationPending:
		note := ""
		if p.ExpiresAt != nil {
			note = left(*p.ExpiresAt, now)
		}
		return Status{label.Status(label.Violet, "Invitation pending"), note}
	case ram.Ineffective:
		return Status{label.Status(label.Grey, "No access now"), "the organization does not carry it"}
	default:
		return ended(p.State, "by the recipient", "by this account")
	}
}

// ended words how a part in a share ended; them and us say who did what, in the reader's words.
func ended(state ram.PrincipalState, them, us string) Status {
	switch state {
	case ram.Rejected:
		return Status{label.Status(label.Grey, "Rejected"), them}
	case ram.Expired:
		return Status{label.Status(label.Grey, "Expired"), "not answered in 7 days"}
	case ram.Left:
		return Status{label.Status(label.Grey, "Left"), them}
	case ram.Removed:
		return Status{label.Status(label.Grey, "Removed"), us}
	case ram.ShareEnded:
		return Status{label.Status(label.Grey, "Ended"), "the share was deleted"}
	case ram.SharingDisabled:
		return Status{label.Status(label.Grey, "Ended"), "sharing in the organization was turned off"}
	case ram.OrganizationLeft:
		return Status{label.Status(label.Grey, "Ended"), "no longer in one organization"}
	case ram.TimeEnded:
		return Status{label.Status(label.Grey, "Ended"), "the time agreed on ended"}
	case ram.UnitDeleted:
		return Status{label.Status(label.Grey, "Ended"), "the unit was deleted"}
	default:
		return Status{label.Status(label.Grey, "Ended"), ""}
	}
}

func kindText(k ram.PrincipalKind) string {
	switch k {
	case ram.KindUnit:
		return "Organizational unit"
	case ram.KindOrganization:
		return "Organization"
	default:
		return "Account"
	}
}

// newParty names a principal. Of a unit or organization, the id is the last part of its URN.
// An account whose name may not be read has its ID as its name, which then stands alone.
func newParty(kind ram.PrincipalKind, principal, name string) Party {
	p := Party{Name: name, ID: principal, Noun: "account"}
	switch kind {
	case ram.KindUnit:
		p.Noun, p.ID = "unit", lastID(principal)
	case ram.KindOrganization:
		p.Noun, p.ID = "organization", lastID(principal)
	}
	if p.Name == "" {
		p.Name = "Unknown " + p.Noun
	}
	return p
}

func lastID(urn string) string {
	if i := strings.LastIndexAny(urn, ":/"); i >= 0 {
		return urn[i+1:]
	}
	return urn
}

func owner(id iam.AccountID, name string) Party {
	return Party{Name: name, ID: string(id), Noun: "account"}
}

// joined puts notes side by side.
func joined(notes ...string) string {
	return strings.Join(slices.DeleteFunc(notes, func(n string) bool { return n == "" }), ", ")
}

// keysOf counts keys in words.
func keysOf(n int) string { return count(n, "key", "keys") }

func grey(text string) templ.Component { return label.Status(label.Grey, text) }

// title begins a sentence with words.
func title(words string) string {
	if words == "" {
		return ""
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

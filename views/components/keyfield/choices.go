package keyfield

import (
	"strconv"
	"strings"

	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
)

// Groups words the keys that kms offers; chosen is the value of the one that is ticked. A default key is
// posted by its alias, because it may not have been made yet.
func Groups(c kms.KeyChoices, chosen string) []Group {
	var groups []Group
	add := func(title string, choices []kms.KeyChoice, key func(kms.KeyChoice) Key) {
		if len(choices) == 0 {
			return
		}
		g := Group{Title: title}
		for _, choice := range choices {
			k := key(choice)
			k.Name, k.Blocked = choice.Name, !choice.Usable
			k.Chosen = k.ID == chosen && !k.Blocked
			if k.Blocked {
				k.Lines = append([]string{choice.Reason}, k.Lines[1:]...)
			}
			g.Keys = append(g.Keys, k)
		}
		groups = append(groups, g)
	}
	add("Default", c.Default, func(choice kms.KeyChoice) Key {
		lines := []string{"Made for this account on first use. Cannot be shared."}
		if choice.ID != "" {
			lines = []string{string(choice.Spec) + ", " + short(choice.ID), "Of this account alone. Cannot be shared."}
		}
		return Key{ID: choice.Name, Lines: lines}
	})
	add("Own keys", c.Own, func(choice kms.KeyChoice) Key {
		return Key{ID: string(choice.ID), Lines: []string{string(choice.Spec) + ", " + short(choice.ID)}}
	})
	add("Shared with this account", c.Shared, func(choice kms.KeyChoice) Key {
		from := "Owner " + choice.OwnerName + ", share " + choice.Share
		if choice.MoreShares > 0 {
			from += " and " + strconv.Itoa(choice.MoreShares)
			if choice.MoreShares >= iam.PathsShown {
				from += " or"
			}
			from += " more"
		}
		return Key{ID: string(choice.ID), Lines: []string{string(choice.Spec) + ", " + short(choice.ID), from}}
	})
	return groups
}

// LeftOut says that a search would find more keys.
func LeftOut(c kms.KeyChoices) string {
	var groups []string
	if c.MoreOwn {
		groups = append(groups, "own")
	}
	if c.MoreShared {
		groups = append(groups, "shared")
	}
	if len(groups) == 0 {
		return ""
	}
	return "The first 20 " + strings.Join(groups, " and ") + " keys by name. Search to find others."
}

// Offers reports whether one of the groups has the key, to be chosen.
func Offers(groups []Group, id string) bool {
	for _, g := range groups {
		for _, k := range g.Keys {
			if k.ID == id && !k.Blocked {
				return true
			}
		}
	}
	return false
}

func (p *Props) legend() string {
	if p.Legend == "" {
		return "KMS encryption key"
	}
	return p.Legend
}

// keyID is the id of a key's radio button.
func (p *Props) keyID(k Key) string { return p.Prefix + "key-" + strings.ReplaceAll(k.ID, "/", "-") }

func short(id kms.KeyID) string {
	if len(id) < 8 {
		return string(id)
	}
	return string(id[:8]) + "…"
}

package iam

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm"
)

//go:embed policies/*.json
var policyFiles embed.FS

// Policy is a system-defined policy under the vendor's name, in the vendor's grammar
// (Huawei Cloud DEW and RAM User Guides, permissions).
type Policy struct {
	Name        string      `json:"name"`
	Description string      `json:"description"`
	Version     string      `json:"Version"`
	Statements  []Statement `json:"Statement"`
}

// Statement allows or denies actions on resources. Patterns may hold *; no
// Resource means all.
type Statement struct {
	Effect   string   `json:"Effect"`
	Action   []string `json:"Action"`
	Resource []string `json:"Resource,omitempty"`
}

var systemPolicies = sync.OnceValue(func() map[string]Policy {
	files, err := policyFiles.ReadDir("policies")
	if err != nil {
		panic(err)
	}
	all := map[string]Policy{}
	for _, f := range files {
		text, err := policyFiles.ReadFile(path.Join("policies", f.Name()))
		if err != nil {
			panic(err)
		}
		var list []Policy
		if err := json.Unmarshal(text, &list); err != nil {
			panic(fmt.Errorf("policies/%s: %w", f.Name(), err))
		}
		for _, p := range list {
			all[p.Name] = p
		}
	}
	return all
})

// SystemPolicy finds a system-defined policy by name.
func SystemPolicy(name string) (Policy, bool) {
	p, ok := systemPolicies()[name]
	return p, ok
}

// PolicySet is what one user holds, ready to be asked. The nil set allows nothing.
type PolicySet struct {
	names []string
	allow []Statement
	deny  []Statement
}

// Holding makes the set of who holds these system-defined policies. Unknown names
// allow nothing.
func Holding(names ...string) *PolicySet {
	set := &PolicySet{names: names}
	for _, name := range names {
		p, ok := SystemPolicy(name)
		if !ok {
			continue
		}
		for _, s := range p.Statements {
			if s.Effect == "Deny" {
				set.deny = append(set.deny, s)
			} else {
				set.allow = append(set.allow, s)
			}
		}
	}
	return set
}

// Names lists the policies held, sorted.
func (p *PolicySet) Names() []string {
	if p == nil {
		return nil
	}
	return p.names
}

// Allows reports whether some statement allows and none denies.
func (p *PolicySet) Allows(action Action, urn URN) bool {
	if p == nil {
		return false
	}
	name, resource := string(action), urn.String()
	matches := func(s Statement) bool {
		return slices.ContainsFunc(s.Action, func(pattern string) bool { return match(pattern, name) }) &&
			(len(s.Resource) == 0 || slices.ContainsFunc(s.Resource, func(pattern string) bool { return match(pattern, resource) }))
	}
	return !slices.ContainsFunc(p.deny, matches) && slices.ContainsFunc(p.allow, matches)
}

// match compares text with a pattern in which * stands for any run of characters.
// It tries each star once, from the left, so hostile patterns cost no more than
// length times length.
func match(pattern, text string) bool {
	star, mark := -1, 0
	p, t := 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && pattern[p] == text[t]:
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// policyCache keeps compiled sets by user and version. The version comes with the
// query that reads the caller, so a change holds at the next request.
type policyCache struct {
	mu   sync.Mutex
	sets map[UserID]versionedSet
}

type versionedSet struct {
	version int64
	set     *PolicySet
}

const policyCacheSize = 10_000

func (c *policyCache) of(db *gorm.DB, user UserID, version int64) (*PolicySet, error) {
	c.mu.Lock()
	hit, ok := c.sets[user]
	c.mu.Unlock()
	if ok && hit.version == version {
		return hit.set, nil
	}
	var names []string
	if err := db.Raw("SELECT policy FROM user_policies WHERE user_id = ? ORDER BY policy", string(user)).Scan(&names).Error; err != nil {
		return nil, fmt.Errorf("read policies of user %s: %w", user, err)
	}
	set := Holding(names...)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.sets) >= policyCacheSize {
		clear(c.sets)
	}
	c.sets[user] = versionedSet{version, set}
	return set, nil
}

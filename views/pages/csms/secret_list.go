package csms

import (
	"time"

	"github.com/a-h/templ"

	"sharedkms/internal/csms"
	"sharedkms/internal/tag"
	"sharedkms/views/components/filter"
	"sharedkms/views/components/pager"
	"sharedkms/views/components/table"
	"sharedkms/views/to"
)

// SecretList is the list of secrets. Empty means that there are none and no filter is in force.
type SecretList struct {
	CanCreate bool
	Empty     bool
	Filter    filter.Props
	Columns   []table.Column
	Rows      []SecretRow
	Pager     pager.Props
}

// SecretRow is one secret.
type SecretRow struct {
	ID          string
	Name        string
	Href        string
	Status      templ.Component
	Why         string // below the status
	KeyID       string
	KeyName     string
	KeyHref     string // empty when the key is not accessible
	Shared      bool
	Owner       string
	Description string
	Tags        []string
	Created     time.Time
	DeleteHref  string // empty when the reader may not
}

// NewSecretRow words a secret of the list.
func NewSecretRow(s csms.Secret, mayDelete bool) SecretRow {
	r := SecretRow{
		ID: string(s.ID), Name: s.Name, Href: to.Secret(s.Region, string(s.ID)), Status: status(s),
		KeyID: string(s.Key.ID), KeyName: s.Key.Name, Shared: !s.Key.Own, Owner: ownerOf(s.Key),
		Description: s.Description, Tags: tag.Texts(s.Tags), Created: s.CreatedAt,
	}
	if s.Key.State != "" {
		r.KeyHref = to.Key(s.Region, r.KeyID)
	}
	if s.Key.Lost != nil {
		r.Why = shortLoss(s.Key)
	}
	if mayDelete {
		r.DeleteHref = to.SecretAct(s.Region, r.ID, "delete")
	}
	return r
}

// shortLoss is the reason below a red status.
func shortLoss(k csms.Key) string {
	switch {
	case k.Lost.ForGood:
		return "key deleted for good"
	case k.State == "":
		return "no access to the key"
	}
	switch k.Lost.Code {
	case "KMS.0306":
		return "not in the share's permission"
	case "KMS.0209":
		if k.Own {
			return "key disabled"
		}
		return "key disabled by its owner"
	case "KMS.0210":
		return "key pending deletion"
	}
	return "key without material"
}

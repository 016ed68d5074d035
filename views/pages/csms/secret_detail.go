package csms

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"sharedkms/internal/csms"
	"sharedkms/internal/tag"
	"sharedkms/views/components/dialog"
	"sharedkms/views/components/icon"
	"sharedkms/views/components/label"
	"sharedkms/views/components/when"
	"sharedkms/views/layout"
	"sharedkms/views/to"
)

// Rights are what the reader's policies allow on a secret.
type Rights struct {
	Show    bool
	Decrypt bool // kms:cmk:decryptDataKey on the key
	Delete  bool
}

// SecretDetail is the page of a secret, without its value.
type SecretDetail struct {
	Region      string
	ID          string
	Name        string
	Description string
	Tags        []string
	Status      templ.Component
	Created     time.Time
	Updated     time.Time
	Version     string // v1
	VersionAt   time.Time
	About       string // form and size of the value

	ShowHref string // empty when the reader may not
	WhyNot   string // the value cannot be shown: why, a sentence

	Key       KeyFacts
	Loss      *Loss
	Error     string // what refused the showing just now
	CanDelete bool
}

// KeyFacts is the key of a secret.
type KeyFacts struct {
	ID     string
	Name   string
	Href   string // empty when the key is not accessible
	Shared bool
	Owner  string
	Access templ.Component
	Note   string // grey words beside Access
}

// Loss explains why the value cannot be read and what to do.
type Loss struct {
	Title   string
	KeyName string
	Owner   string    // empty for an own key
	Ending  [2]string // a sentence before and after the name of the share, or empty
	Share   string
	After   string // what holds for the secret
	ToDo    []ToDo
	Codes   string
}

// ToDo is one way out.
type ToDo struct {
	Text     string
	Account  string // an account ID to copy, after the text
	Label    string // of its button
	LinkText string
	LinkHref string
}

// NewSecretDetail words a secret. user names the reader, for what the policies refuse.
func NewSecretDetail(s csms.Secret, rights Rights, user string) SecretDetail {
	id := string(s.ID)
	m := SecretDetail{
		Region: s.Region, ID: id, Name: s.Name, Description: s.Description, Tags: tag.Texts(s.Tags), Status: status(s),
		Created: s.CreatedAt, Updated: s.UpdatedAt, Version: "v" + itoa(s.Current.Number), VersionAt: s.Current.CreatedAt,
		About: about(s.Current.Form, s.Current.Entries, s.Current.Size), Key: newKeyFacts(s), CanDelete: rights.Delete,
	}
	switch {
	case s.Key.Lost != nil:
		m.Loss = newLoss(s)
		m.WhyNot = "Not possible: the key is not accessible. See the notice above."
	case !rights.Show:
		m.WhyNot = "No policy of " + user + " allows csms:secretVersion:get, which showing a value takes."
	case !rights.Decrypt:
		m.WhyNot = "No policy of " + user + " allows kms:cmk:decryptDataKey on the key, which showing a value takes."
	}
	if rights.Show {
		m.ShowHref = to.SecretAct(s.Region, id, "show")
	}
	return m
}

func newKeyFacts(s csms.Secret) KeyFacts {
	k := KeyFacts{ID: string(s.Key.ID), Name: s.Key.Name, Shared: !s.Key.Own, Owner: ownerOf(s.Key), Access: label.Status(label.Green, "Enabled")}
	if s.Key.State != "" {
		k.Href = to.Key(s.Region, k.ID)
	}
	switch {
	case s.Key.Default:
		k.Note = "default key of secrets"
	case len(s.Key.Shares) > 0:
		k.Note = "through " + joined(s.Key.Shares)
	}
	lost := s.Key.Lost
	if lost == nil {
		return k
	}
	switch lost.Code {
	case "KMS.0209":
		k.Access = label.Status(label.Grey, "Disabled")
	case "KMS.0210":
		k.Access = label.Status(label.Amber, "Pending deletion")
	case "KMS.0306":
		k.Access = label.Status(label.Grey, "Not in the permission")
	case "KMS.1301":
		k.Access = label.Status(label.Violet, "Pending import")
	default:
		k.Access, k.Note = ended(lost), ""
		if !lost.At.IsZero() {
			k.Note = "since " + when.Text(lost.At)
		}
	}
	return k
}

// ended is the label of access that is over.
func ended(lost *csms.Loss) templ.Component {
	switch {
	case lost.ForGood:
		return label.With(label.Grey, icon.Trash, "Deleted")
	case lost.How == "left":
		return label.Status(label.Grey, "Left")
	case lost.How == "removed", lost.How == "key_removed":
		return label.Status(label.Grey, "Removed")
	case lost.How == "":
		return label.Status(label.Grey, "No access")
	}
	return label.Status(label.Grey, "Ended")
}

var endings = map[string]string{
	"left":              "This account left the share %s on %s.",
	"removed":           "The owner removed this account from the share %s on %s.",
	"key_removed":       "The owner removed the key from the share %s on %s.",
	"share_deleted":     "The owner deleted the share %s on %s.",
	"expired":           "The time of the share %s ended on %s.",
	"sharing_disabled":  "Sharing within the organization, by which the share %s reached this account, was switched off on %s.",
	"organization_left": "The share %s ended on %s, because one of the accounts left the organization.",
	"unit_deleted":      "The share %s ended on %s, because the organizational unit was deleted.",
}

func newLoss(s csms.Secret) *Loss {
	k := s.Key
	l := &Loss{KeyName: k.Name, Codes: csms.CodeKey + ", " + k.Lost.Code, After: "The secret is intact, and opens again by itself when access returns."}
	if !k.Own {
		l.Owner = ownerOf(k)
	}
	if k.State != "" {
		l.After = "The secret is intact, and opens again by itself when the key is enabled again."
	}
	deleteIt := ToDo{Text: "Or delete the secret and create another one under another key."}
	openKey := ToDo{Text: "Open the key to change that:", LinkText: k.Name, LinkHref: to.Key(s.Region, string(k.ID))}
	switch {
	case k.Lost.ForGood:
		l.Title, l.After = "The value is lost: its key was deleted for good", "Nothing opens the value again. The secret can only be deleted."
	case k.State == "":
		l.Title = "The value cannot be read: this account no longer has access to its key"
		if text, ok := endings[k.Lost.How]; ok {
			before, after, _ := strings.Cut(text, "%s")
			l.Ending, l.Share = [2]string{before, strings.Replace(after, "%s", when.Text(k.Lost.At), 1)}, k.Lost.Share
		}
		l.ToDo = []ToDo{
			{Text: "Ask " + l.Owner + " to share the key again, then accept. Its account ID is", Account: string(k.Owner), Label: "Copy account ID of " + l.Owner},
			{Text: "An invitation that waits is under", LinkText: "Shared with Me", LinkHref: to.SharesPending()},
			deleteIt,
		}
	case k.Lost.Code == "KMS.0306":
		l.Title, l.After = "The value cannot be read: the share no longer allows opening data keys", "The secret is intact, and opens again by itself when the share allows it."
		l.ToDo = []ToDo{{Text: "Ask " + l.Owner + " for a permission with kms:cmk:decryptDataKey. Its account ID is", Account: string(k.Owner), Label: "Copy account ID of " + l.Owner}, deleteIt}
	case k.Lost.Code == "KMS.0209" && k.Own:
		l.Title, l.ToDo = "The value cannot be read: its key is disabled", []ToDo{{Text: "Enable the key:", LinkText: k.Name, LinkHref: openKey.LinkHref}}
	case k.Lost.Code == "KMS.0210" && k.Own:
		l.Title, l.ToDo = "The value cannot be read: its key is pending deletion", []ToDo{{Text: "Cancel the deletion and enable the key before it is deleted for good:", LinkText: k.Name, LinkHref: openKey.LinkHref}}
	case k.Own:
		l.Title, l.ToDo = "The value cannot be read: its key has no key material", []ToDo{openKey}
	case k.Lost.Code == "KMS.0209":
		l.Title = "The value cannot be read: its key was disabled by its owner"
		l.ToDo = []ToDo{{Text: "Ask " + l.Owner + " to enable the key. Its account ID is", Account: string(k.Owner), Label: "Copy account ID of " + l.Owner}, deleteIt}
	default:
		l.Title = "The value cannot be read: the owner has scheduled the deletion of its key"
		l.ToDo = []ToDo{{Text: "Ask " + l.Owner + " to cancel the deletion and enable the key. Its account ID is", Account: string(k.Owner), Label: "Copy account ID of " + l.Owner}, deleteIt}
	}
	return l
}

// of says whose the key is, to the end of the sentence.
func (l Loss) of() string {
	if l.Owner == "" {
		return "."
	}
	return ", a key of " + l.Owner + "."
}

// NewSecretDelete is the question before a secret is deleted.
func NewSecretDelete(region, id, name, token, refusal string) dialog.Props {
	return dialog.Props{
		ID: "delete", Title: "Delete " + name + "?", Action: to.SecretAct(region, id, "delete"), Token: token, Verb: "Delete",
		Stay: "Keep the secret", Back: to.Secret(region, id), Confirm: name, Error: refusal,
	}
}

// SecretValue is the one page that shows a value.
type SecretValue struct {
	Region  string
	ID      string
	Name    string
	Version string
	At      time.Time
	About   string
	Text    string // of plaintext
	Entries []Entry
}

// Entry is one row of a key/value.
type Entry struct{ Key, Value string }

// NewSecretValue words a value that was opened.
func NewSecretValue(s csms.Shown, now time.Time) SecretValue {
	v := s.Secret.Current
	m := SecretValue{Region: s.Secret.Region, ID: string(s.Secret.ID), Name: s.Secret.Name, Version: "v" + itoa(v.Number), At: now, About: about(v.Form, v.Entries, v.Size), Text: string(s.Value.Text.Bytes())}
	for _, e := range s.Value.Entries {
		m.Entries = append(m.Entries, Entry{e.Key, string(e.Value.Bytes())})
	}
	return m
}

func detailCrumbs(region, id, name string, last ...layout.Crumb) []layout.Crumb {
	if len(last) == 0 {
		return secrets(region, layout.Crumb{Text: name})
	}
	return secrets(region, append([]layout.Crumb{{Text: name, Href: to.Secret(region, id)}}, last...)...)
}

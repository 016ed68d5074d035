package to

import "net/url"

// Secrets lists the secrets of a region.
func Secrets(region string) string { return "/csms/" + url.PathEscape(region) + "/secrets" }

// SecretsExport is the list of secrets as CSV, with the list's filters in the query.
func SecretsExport(region string) string { return Secrets(region) + "/export" }

// SecretsUnderKey lists the secrets whose key is the one.
func SecretsUnderKey(region, key string) string {
	return Secrets(region) + "?key=" + url.QueryEscape(key)
}

// SecretNew is the form that creates a secret.
func SecretNew(region string) string { return Secrets(region) + "/new" }

// SecretNewWithKey is the same form with the key chosen.
func SecretNewWithKey(region, key string) string {
	return SecretNew(region) + "?key=" + url.QueryEscape(key)
}

// Secret is the detail page of a secret.
func Secret(region, id string) string { return Secrets(region) + "/" + url.PathEscape(id) }

// SecretAct is the address of an act on a secret: GET asks, POST does. Act is a word such as "delete".
func SecretAct(region, id, act string) string { return Secret(region, id) + "/" + url.PathEscape(act) }

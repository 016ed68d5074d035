package to

import "net/url"

// Keys lists the custom keys of a region.
func Keys(region string) string { return "/kms/" + url.PathEscape(region) + "/keys" }

// DefaultKeys lists the keys that services made for the account.
func DefaultKeys(region string) string { return Keys(region) + "?tab=default" }

// SharedKeys lists the keys that other accounts share with this one.
func SharedKeys(region string) string { return Keys(region) + "?tab=shared" }

// KeysExport is the list as CSV, with the query of the list.
func KeysExport(region string) string { return Keys(region) + "/export" }

// KeyNew is the form that creates a key.
func KeyNew(region string) string { return Keys(region) + "/new" }

// Key is the detail page of an own or a foreign key.
func Key(region, id string) string { return Keys(region) + "/" + url.PathEscape(id) }

// KeyTab is one tab of the detail page.
func KeyTab(region, id, tab string) string { return Key(region, id) + "?tab=" + url.QueryEscape(tab) }

// KeyAct is the address of an act on a key: GET asks, POST does. Act is a word such as "disable".
func KeyAct(region, id, act string) string { return Key(region, id) + "/" + url.PathEscape(act) }

package to

import (
	"net/url"
	"strings"
)

// Shares lists the resource shares of this account.
func Shares() string { return "/ram/shared-by-me/resource-shares" }

// Share is the detail page of an own share.
func Share(id string) string { return Shares() + "/" + url.PathEscape(id) }

// ShareAct is the address of an act on an own share: GET asks, POST does.
func ShareAct(id, act string) string { return Share(id) + "/" + url.PathEscape(act) }

// ShareDrafts makes a draft on POST and leads to its first step.
func ShareDrafts() string { return Shares() + "/drafts" }

// ShareDraft is a step of a draft: details, permissions, principals or confirm.
func ShareDraft(id, step string) string {
	return ShareDrafts() + "/" + url.PathEscape(id) + "/" + url.PathEscape(step)
}

// ShareDraftDiscard drops a draft; POST.
func ShareDraftDiscard(id string) string { return ShareDraft(id, "discard") }

// SharePrincipalEnd sets when a principal's part ends.
func SharePrincipalEnd(id, association string) string {
	return SharePrincipals(id) + "/" + url.PathEscape(association) + "/end"
}

// SharePrincipalResend sends a new invitation to a principal that has not answered; POST.
func SharePrincipalResend(id, association string) string {
	return SharePrincipals(id) + "/" + url.PathEscape(association) + "/resend"
}

// ShareUntag takes a tag off an own share: GET asks, POST does.
func ShareUntag(id, key string) string {
	return ShareAct(id, "untag") + "?key=" + url.QueryEscape(key)
}

// SharesReceived lists the shares that other accounts made for this one and it accepted.
func SharesReceived() string { return "/ram/shared-with-me/resource-shares" }

// SharesPending lists the invitations that wait for an answer.
func SharesPending() string { return SharesReceived() + "?tab=pending" }

// ShareReceived is the recipient's page of a share.
func ShareReceived(id string) string { return SharesReceived() + "/" + url.PathEscape(id) }

// ShareReceivedAct is the recipient's act on a share, such as leave: GET asks, POST does.
func ShareReceivedAct(id, act string) string { return ShareReceived(id) + "/" + url.PathEscape(act) }

// InvitationsAnswer answers several invitations: GET asks, POST does; act is accept or reject.
func InvitationsAnswer() string { return invitations() + "/answer" }

// ShareRemove takes several principals and keys out of an own share: GET asks, POST does.
func ShareRemove(id string) string { return ShareAct(id, "remove") }

// Asking is a page that asks about several things: name is a field, once for each.
func Asking(page, name string, values []string) string {
	q := url.Values{name: values}
	if strings.Contains(page, "?") {
		return page + "&" + q.Encode()
	}
	return page + "?" + q.Encode()
}

// SharesExport is the list of own shares as CSV; it takes the filters of the list.
func SharesExport() string { return "/ram/shared-by-me/resource-shares.csv" }

// SharesReceivedExport is a tab of the received shares as CSV; it takes the query of the list.
func SharesReceivedExport() string { return "/ram/shared-with-me/resource-shares.csv" }

// SharePrincipals adds a principal to an own share; POST with the field "principal".
func SharePrincipals(id string) string { return Share(id) + "/principals" }

// SharePrincipalRemove takes a principal out of an own share: GET asks, POST does.
func SharePrincipalRemove(id, association string) string {
	return SharePrincipals(id) + "/" + url.PathEscape(association) + "/remove"
}

// ShareResourceRemove takes a key out of an own share: GET asks, POST does.
func ShareResourceRemove(id, association string) string {
	return Share(id) + "/resources/" + url.PathEscape(association) + "/remove"
}

// invitations is where invitations to this account are answered; the list is SharesPending.
func invitations() string { return "/ram/shared-with-me/invitations" }

// InvitationAct is accept or reject: GET asks, POST does.
func InvitationAct(id, act string) string {
	return invitations() + "/" + url.PathEscape(id) + "/" + url.PathEscape(act)
}

// SharedResources lists the keys that this account shares, each once.
func SharedResources() string { return "/ram/shared-by-me/shared-resources" }

// SharedPrincipals lists whom the shares of this account name, each once.
func SharedPrincipals() string { return "/ram/shared-by-me/principals" }

// ReceivedResources lists the keys that reach this account, each once.
func ReceivedResources() string { return "/ram/shared-with-me/shared-resources" }

// Owners lists the accounts whose shares reach this one.
func Owners() string { return "/ram/shared-with-me/owners" }

// Export is a list as CSV; it takes the filters of the list.
func Export(list string) string { return list + ".csv" }

// Filtered is a list with one of its filters set.
func Filtered(list, name, value string) string {
	return list + "?" + name + "=" + url.QueryEscape(value)
}

// SharesReceivedFiltered is the tab Accepted with one of its filters set.
func SharesReceivedFiltered(name, value string) string {
	return SharesReceived() + "?tab=accepted&" + name + "=" + url.QueryEscape(value)
}

// PrincipalWithdraw takes a principal, an account ID or URN, out of own shares: GET asks, POST does.
func PrincipalWithdraw(principal string) string {
	return SharedPrincipals() + "/remove?principal=" + url.QueryEscape(principal)
}

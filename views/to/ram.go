package to

import "net/url"

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

// SharesReceived lists the shares that other accounts made for this one and it accepted.
func SharesReceived() string { return "/ram/shared-with-me/resource-shares" }

// SharesPending lists the invitations that wait for an answer.
func SharesPending() string { return SharesReceived() + "?tab=pending" }

// ShareReceived is the recipient's page of a share.
func ShareReceived(id string) string { return SharesReceived() + "/" + url.PathEscape(id) }

// ShareReceivedAct is the recipient's act on a share: accept, reject or leave. GET asks, POST does.
func ShareReceivedAct(id, act string) string { return ShareReceived(id) + "/" + url.PathEscape(act) }

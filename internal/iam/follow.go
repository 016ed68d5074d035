package iam

// Follow names what the decision just taken brings about at another resource, as an
// account that leaves its organization ends parts of shares. No policy is asked: the act
// was decided, and this is its consequence. Its trace goes to the caller, the owner of
// the resource and whom CopyTo adds.
func (tx *Tx) Follow(action Action, event string, urn URN) {
	tx.last() // a consequence of nothing is a defect
	tx.decisions = append(tx.decisions, decision{action: action, event: event, urn: urn, related: true})
}

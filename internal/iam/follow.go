package iam

// Follow names what the decision just taken brings about at another resource, as an
// account that leaves its organization ends parts of shares. No policy is asked: the act
// was decided, and this is its consequence. Its trace goes to the caller, the owner of
// the resource and whom tell adds: within tell, details and copies are the consequence's,
// after it the decision's again, which is also what an act that fails is told of.
func (tx *Tx) Follow(action Action, event string, urn URN, tell func()) {
	tx.last() // a consequence of nothing is a defect
	decided := tx.at
	tx.at = len(tx.decisions)
	tx.decisions = append(tx.decisions, decision{action: action, event: event, urn: urn, related: true})
	tell()
	tx.at = decided
}

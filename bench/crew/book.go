package crew

import (
	"slices"
	"strconv"

	"sharedkms/internal/iam"
)

// possible are the values that something may have: one when its last change was
// acknowledged, more when answers were lost.
type possible []string

func (p possible) has(v string) bool { return slices.Contains(p, v) }

// book is what a caller knows of what it left behind.
type book struct {
	count       Count
	secrets     []*ownSecret // oldest first
	deleted     []string     // names of secrets whose deletion was acknowledged
	name, tag   possible     // of the caller's key
	ciphertexts []ciphertext
	traces      []trace // acknowledged acts since the last inspection
}

type presence int

const (
	maybe presence = iota // created or deleted, and no answer
	there
)

type ownSecret struct {
	Secret
	state presence
}

// trace is an acknowledged act and whose trails must tell of it.
type trace struct {
	request, name string
	accounts      []iam.AccountID
}

// Count is what became of acts, and what an inspection found.
type Count struct {
	Answers, Bytes int // of all requests, as they travelled

	Acknowledged int // acts that change or use something
	Interrupted  int // of those: without an answer
	Unknown      int // requests without an answer, pages among them

	Lost    int // acknowledged, and not there
	Half    int // rows without those that belong to them
	Untold  int // acknowledged, and no trace
	Closed  int // stored ciphertexts that do not open
	Checked int // ciphertexts that were opened
	Traced  int // acts whose traces were looked for
}

// Add sums up.
func (n *Count) Add(b Count) {
	n.Answers += b.Answers
	n.Bytes += b.Bytes
	n.Acknowledged += b.Acknowledged
	n.Interrupted += b.Interrupted
	n.Unknown += b.Unknown
	n.Lost += b.Lost
	n.Half += b.Half
	n.Untold += b.Untold
	n.Closed += b.Closed
	n.Checked += b.Checked
	n.Traced += b.Traced
}

func (b *book) note(change func(n *Count)) { change(&b.count) }

func plusOne(version string) string {
	n, _ := strconv.Atoi(version) // of a pattern of digits
	return strconv.Itoa(n + 1)
}

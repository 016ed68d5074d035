package ram

import "time"

// ReceivedDetail is a share as its recipient sees it: no tags, no other principals.
type ReceivedDetail struct {
	ID          string
	Name        string
	Description string
	Status      Status
	Owner       Party
	Keys        []Key
	KeysNote    string
	Permission  Permission
	How         string // "by invitation", "through the organization Harbor Group"
	Invited     time.Time
	Expires     time.Time
	Left        string
	Accepted    time.Time
	Ended       time.Time
	Pending     bool
	AcceptHref  string // posts; empty when there is nothing to accept or the reader may not
	Reject      Question
	Leave       Question
	WhyStay     string // why Leave is not possible
	SharedHref  string // the Shared Key tab
}

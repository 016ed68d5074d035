package ram

import (
	"time"

	"sharedkms/views/components/filter"
	"sharedkms/views/components/pager"
	"sharedkms/views/components/table"
)

// ShareList is the list of own shares. Empty means that the account has none at all, whatever the filter.
type ShareList struct {
	CanCreate      bool
	Empty          bool
	SharedKeysHref string
	Drafts         []Draft
	Filter         filter.Props
	Columns        []table.Column
	Rows           []ShareRow
	Pager          pager.Props
}

// Draft is an unfinished wizard of the reader.
type Draft struct {
	Name        string
	Note        string // "2 keys, 1 principal, lapses in 21 h"
	Href        string // the first step that is open
	DiscardHref string
	Version     string
}

// ShareRow is one own share.
type ShareRow struct {
	ID          string
	Name        string
	Href        string
	Status      Status
	Keys        string
	Access      string // "2 have access"
	AccessNote  string // "1 waits, 7 days left"
	Description string
	Tags        []string
	Created     time.Time
	Act         Act
}

package handle

import "sharedkms/internal/store"

// Names in the query of lists.
const (
	queryCursor = "cursor"
	queryBack   = "back"
)

// Slice is the part of a list that the address asks for, of at most size rows.
func (x *Exchange) Slice(size int) store.Slice {
	return store.Slice{Size: size, Cursor: x.Query(queryCursor), Back: x.Query(queryBack) != ""}
}

// Neighbours are the addresses of the parts before and after this one, empty where there is
// none.
func (x *Exchange) Neighbours(e store.Edges) (prev, next string) {
	if e.Prev != "" {
		prev = x.Here(queryCursor, e.Prev, queryBack, "1")
	}
	if e.Next != "" {
		next = x.Here(queryCursor, e.Next)
	}
	return prev, next
}

package iam

import (
	"context"

	"sharedkms/internal/store"
)

// Ahead says what a use will ask for, as far as it is known before the use decides. The
// gate reads it for all uses of a group together, by one question of each kind; what was
// not named is read when it is asked for.
type Ahead struct {
	Key  string // whose paths from the caller's account decide
	From Source // what the acting room itself needs; nil for nothing
	Want any    // one of From's wants
}

// Source reads what uses of one room need. It is comparable, so that equal ones are asked
// together.
type Source interface {
	// Question asks for all wants and fills them.
	Question(wants []any) store.Question
}

var callersAhead = store.NewLookup(`SELECT asked.n, `+callerColumns+`,
	(`+pathsText("s.account_id", "asked.key_id", `(ka.user_id IS NULL OR ka.user_id = s.user_id) AND (ka.ends_at IS NULL OR ka.ends_at > ?)`)+`)
FROM asked CROSS JOIN sign_ins s JOIN users u ON u.id = s.user_id JOIN accounts a ON a.id = u.account_id
WHERE s.id = asked.sign_in`, "sign_in uuid", "key_id uuid")

// known is what was read for a use before it decides.
type known struct {
	caller callerRow
	paths  []Path
}

// readAhead reads callers, paths and what rooms need for all uses, in one round trip.
func (g *Gate) readAhead(ctx context.Context, batch []*use) error {
	asked := make([][]string, len(batch))
	wants := map[Source][]any{}
	var sources []Source
	for i, u := range batch {
		u.known = known{}
		asked[i] = []string{store.QueryID(u.caller.SignIn), store.QueryID(u.ahead.Key)}
		if from := u.ahead.From; from != nil {
			if wants[from] == nil {
				sources = append(sources, from)
			}
			wants[from] = append(wants[from], u.ahead.Want)
		}
	}
	questions := []store.Question{{
		Lookup: callersAhead, Asked: asked, Args: []any{store.At(g.now())},
		Row: func(scan func(...any) error) error {
			var n int
			var row callerRow
			var paths *string
			if err := scan(append([]any{&n}, append(row.into(), &paths)...)...); err != nil {
				return err
			}
			batch[n].known = known{row, parsePaths(paths)}
			return nil
		},
	}}
	for _, from := range sources {
		questions = append(questions, from.Question(wants[from]))
	}
	return g.st.Ask(ctx, questions...)
}

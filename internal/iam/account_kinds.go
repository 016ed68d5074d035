package iam

import (
	"context"
	"fmt"
)

// AccountKinds reports whether the database holds accounts of the demo world, and
// others. A console in demo mode refuses to start on the others.
func (s *Service) AccountKinds(ctx context.Context) (demo, others bool, err error) {
	row := s.st.Read(ctx).Raw("SELECT EXISTS (SELECT 1 FROM accounts WHERE demo = ?), EXISTS (SELECT 1 FROM accounts WHERE demo = ?)", true, false).Row()
	if err := row.Scan(&demo, &others); err != nil {
		return false, false, fmt.Errorf("read kinds of accounts: %w", err)
	}
	return demo, others, nil
}

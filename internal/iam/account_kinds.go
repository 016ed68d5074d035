package iam

import (
	"context"
	"fmt"
)

// AccountKinds reports whether the database holds accounts of the demo world, and
// others. A console in demo mode refuses to start on the others.
func (s *Service) AccountKinds(ctx context.Context) (demo, others bool, err error) {
	var kinds []bool
	if err := s.st.Read(ctx).Raw("SELECT DISTINCT demo FROM accounts").Scan(&kinds).Error; err != nil {
		return false, false, fmt.Errorf("read kinds of accounts: %w", err)
	}
	for _, d := range kinds {
		demo = demo || d
		others = others || !d
	}
	return demo, others, nil
}

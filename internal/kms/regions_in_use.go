package kms

import (
	"context"
	"fmt"
)

// RegionsInUse lists the regions that hold keys which are not deleted for good, for
// whoever runs the console: a region in use cannot be taken out of the offer.
func (s *Service) RegionsInUse(ctx context.Context) ([]string, error) {
	var regions []string
	if err := s.st.Read(ctx).Raw("SELECT DISTINCT region FROM keys WHERE state <> 'deleted' ORDER BY region").Scan(&regions).Error; err != nil {
		return nil, fmt.Errorf("read regions in use: %w", err)
	}
	return regions, nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"sharedkms/internal/csms"
	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/org"
	"sharedkms/internal/ram"
)

// accountQuota lists an account's quotas, or sets one of them: words are the account, and
// then the kind, the limit and, to set it in one region alone, the region.
func accountQuota(ctx context.Context, c config, words []string, out io.Writer) error {
	if len(words) == 2 {
		return errors.New("account quota: say the limit behind the kind")
	}
	con, err := c.open(ctx)
	if err != nil {
		return err
	}
	err = con.accountQuota(ctx, slices.Concat(kms.Quotas(c.Regions), csms.Quotas(c.Regions), ram.Quotas(), org.Quotas()), words, out)
	if f, ok := fault.As(err); ok {
		err = errors.New(f.Message)
		if len(f.Fields) > 0 {
			err = errors.New(f.Fields[0].Message)
		}
	}
	return errors.Join(err, con.store.Close())
}

func (con *console) accountQuota(ctx context.Context, quotas []iam.Quota, words []string, out io.Writer) error {
	id, name, err := con.services.IAM.FindAccount(ctx, words[0])
	if err != nil {
		return err
	}
	if len(words) > 1 {
		if quotas, err = chosen(quotas, words[1], words[3:]); err != nil {
			return err
		}
		limit, err := strconv.ParseInt(words[2], 10, 64)
		if err != nil {
			limit = -1 // refused as every other number that is no quota
		}
		if err := con.services.IAM.SetQuota(ctx, id, quotas, limit); err != nil {
			return err
		}
	}
	states, err := con.services.IAM.QuotasOf(ctx, id, quotas)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(table, "Account\t%s\nAccount ID\t%s\n\nKind\tRegion\tUsed\tQuota\n", name, id) // fails with Flush
	for _, s := range states {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%d\t%d\n", s.Kind, s.Region, s.Used, s.Limit)
	}
	return table.Flush()
}

// chosen are the quotas of a kind, in all regions or in the one that is named.
func chosen(quotas []iam.Quota, kind string, region []string) ([]iam.Quota, error) {
	var some []iam.Quota
	var kinds []string
	for _, q := range quotas {
		if !slices.Contains(kinds, q.Kind) {
			kinds = append(kinds, q.Kind)
		}
		if q.Kind == kind && (len(region) == 0 || q.Region == region[0]) {
			some = append(some, q)
		}
	}
	switch {
	case !slices.Contains(kinds, kind):
		return nil, fmt.Errorf("there is no quota %q; there are %s", kind, strings.Join(kinds, ", "))
	case len(some) == 0:
		return nil, fmt.Errorf("the quota %s has no region %q", kind, region[0])
	}
	return some, nil
}

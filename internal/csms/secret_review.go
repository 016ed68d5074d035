package csms

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
)

// Review is what a secret would be, before it is made.
type Review struct {
	Size int // bytes of the value
	Key  Key // ID is empty for csms/default that is made with the secret
}

// BeginSecret says whether the caller may make secrets in a region, before a form is
// filled in for nothing.
//
// Errors: Forbidden without csms:secret:create.
func (s *Service) BeginSecret(ctx context.Context, caller iam.Caller, region string) error {
	return s.gate.Read(ctx, caller, func(tx *iam.Tx) error { return tx.Allow(ActionCreate, urn(caller.Account, region, "*")) })
}

// ReviewSecret checks the input as CreateSecret does and tells which key it leads to.
// It makes and keeps nothing; CreateSecret checks everything again.
//
// Errors: those of CreateSecret but Quota.
func (s *Service) ReviewSecret(ctx context.Context, caller iam.Caller, in CreateSecretInput) (Review, error) {
	in, invalid := in.checked()
	if f, ok := fault.As(invalid); ok && hasField(f, "key") {
		return Review{}, invalid
	}
	review := Review{Size: in.Value.Size()}
	err := s.gate.Read(ctx, caller, func(tx *iam.Tx) error {
		if err := tx.Allow(ActionCreate, urn(caller.Account, in.Region, SecretID(uuid.NewString()))); err != nil {
			return err
		}
		taken, err := nameExists(tx, in.Region, in.Name)
		if err != nil {
			return err
		}
		if taken {
			invalid = joined(invalid, nameTaken(in.Region))
		}
		if in.Key.ID == "" {
			review.Key = Key{Name: kms.DefaultSecrets, Owner: caller.Account, Own: true, Default: true, State: kms.Enabled}
			return nil
		}
		open, err := s.keys.LoadKeyIn(tx, kms.ActionCreateData, in.Region, kms.KeyID(in.Key.ID), 0)
		if err != nil {
			return &keyError{err}
		}
		if err := fit(tx, open.Key); err != nil {
			return &keyError{err}
		}
		review.Key, err = describeKey(tx, open.Key)
		return err
	})
	if invalid != nil || err != nil {
		return Review{}, joined(invalid, inKeyField(err))
	}
	return review, nil
}

func hasField(f *fault.Error, name string) bool {
	for _, field := range f.Fields {
		if field.Name == name {
			return true
		}
	}
	return false
}

// joined shows the fields of two refusals at once. What is no refusal of a field wins.
func joined(a, b error) error {
	fa, aIs := fault.As(a)
	fb, bIs := fault.As(b)
	switch {
	case b == nil:
		return a
	case a == nil, !bIs, len(fb.Fields) == 0:
		return b
	case !aIs, len(fa.Fields) == 0:
		return a
	}
	out := *fa
	out.Fields = append(append([]fault.Field(nil), fa.Fields...), fb.Fields...)
	return &out
}

func nameExists(tx *iam.Tx, region, name string) (bool, error) {
	var found []int
	err := tx.DB().Raw("SELECT 1 FROM secrets WHERE account_id = ? AND region = ? AND name = ?", string(tx.Caller.Account), region, name).Scan(&found).Error
	if err != nil {
		return false, fmt.Errorf("read secret by name: %w", err)
	}
	return len(found) > 0, nil
}

// describeKey adds owner and share to a key that the caller may use.
func describeKey(tx *iam.Tx, k kms.Key) (Key, error) {
	key := Key{ID: k.ID, Name: k.Name, Owner: k.Account, Own: k.Account == tx.Caller.Account, Default: k.Kind == kms.Default, State: k.State}
	if key.Own {
		return key, nil
	}
	err := tx.DB().Raw("SELECT name FROM account_names WHERE id = ?", string(k.Account)).Scan(&key.OwnerName).Error
	if err != nil {
		return Key{}, fmt.Errorf("read owner of key: %w", err)
	}
	ways, err := waysIn(tx, []string{string(k.ID)})
	if err != nil {
		return Key{}, err
	}
	key.Shares = ways[string(k.ID)].shares
	return key, nil
}

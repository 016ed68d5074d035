package main

import (
	"bytes"
	"context"
	"fmt"

	"sharedkms/internal/kms"
)

// many are the callers at once that share commits.
const many = 32

// uses measures traced uses: the partner encrypts and decrypts 256 bytes with a key of the
// owner, decided and recorded in both accounts.
func uses(ctx context.Context, w *world) ([]group, error) {
	plain := bytes.Repeat([]byte("0123456789abcdef"), 16)
	in := kms.EncryptInput{Region: region, Key: w.keys[0], Plain: plain, AAD: "orders"}
	made, err := w.services.KMS.EncryptData(ctx, w.partner, in)
	if err != nil {
		return nil, err
	}
	encrypt := func(ctx context.Context) error {
		_, err := w.services.KMS.EncryptData(ctx, w.partner, in)
		return err
	}
	decrypt := func(ctx context.Context) error {
		out, err := w.services.KMS.DecryptData(ctx, w.partner, kms.DecryptInput{Region: region, Ciphertext: made.Text, AAD: "orders"})
		if err == nil && !bytes.Equal(out.Plain.Bytes(), plain) {
			err = fmt.Errorf("decrypted %d other bytes", out.Plain.Len())
		}
		return err
	}
	var groups []group
	for _, callers := range []int{1, many} {
		suffix := ""
		if callers > 1 {
			suffix = fmt.Sprint(", ", callers, " callers")
		}
		bare, err := w.replayOf(ctx, callers, encrypt)
		if err != nil {
			return nil, err
		}
		limit := act("kms/use bare"+suffix, "", sharedKeys, callers, nil)
		limit.Do, limit.Queries = bare.do, nil
		groups = append(groups, group{
			act("kms/encrypt"+suffix, limit.Name, sharedKeys, callers, encrypt),
			act("kms/decrypt"+suffix, limit.Name, sharedKeys, callers, decrypt),
			limit,
		})
	}
	return groups, nil
}

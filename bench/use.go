package main

import (
	"bytes"
	"context"
	"fmt"

	"sharedkms/internal/kms"
)

// uses measures traced uses: the partner encrypts and decrypts 256 bytes with a key of the
// owner, decided and recorded in both accounts. Uses at the same time are compared with the
// statements of their groups.
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
	bare, err := w.replayOf(ctx, 1, decrypt)
	if err != nil {
		return nil, err
	}
	groups := []group{{
		act("kms/encrypt", "kms/use bare", sharedKeys, 1, encrypt),
		act("kms/decrypt", "kms/use bare", sharedKeys, 1, decrypt),
		{Name: "kms/use bare", Rows: sharedKeys, Callers: 1, Do: bare.do},
	}}
	for _, callers := range []int{8, 32, 128} {
		bare, err := w.groupReplayOf(ctx, callers, decrypt)
		if err != nil {
			return nil, err
		}
		name := func(what string) string { return fmt.Sprintf("kms/%s, %d callers", what, callers) }
		groups = append(groups, group{
			act(name("encrypt"), name("use bare"), sharedKeys, callers, encrypt),
			act(name("decrypt"), name("use bare"), sharedKeys, callers, decrypt),
			{Name: name("use bare"), Rows: sharedKeys, Callers: callers, Do: bare.do},
		})
	}
	return groups, nil
}

package seal_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"sharedkms/internal/seal"
)

type vector struct {
	Name       string `json:"name"`
	Algorithm  byte   `json:"algorithm"`
	Purpose    byte   `json:"purpose"`
	KeyID      string `json:"key_id"`
	Version    uint32 `json:"version"`
	Material   string `json:"material"`
	AAD        string `json:"aad"`
	Plain      string `json:"plain"`
	Ciphertext string `json:"ciphertext"`
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The vectors were made once by an implementation of the documented layout that
// shares no code with this package (testdata/README.md).
func TestVectorsOpen(t *testing.T) {
	text, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) < 6 {
		t.Fatalf("only %d vectors", len(vectors))
	}
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			ct := unhex(t, v.Ciphertext)
			h, err := seal.ParseHeader(ct)
			if err != nil {
				t.Fatal(err)
			}
			if hex.EncodeToString(h.KeyID[:]) != v.KeyID || h.Version != v.Version || byte(h.Purpose) != v.Purpose || byte(h.Algorithm) != v.Algorithm {
				t.Errorf("header: got %+v", h)
			}
			plain, err := seal.Decrypt(seal.Purpose(v.Purpose), unhex(t, v.Material), ct, unhex(t, v.AAD))
			if err != nil || hex.EncodeToString(plain.Bytes()) != v.Plain {
				t.Errorf("got %x, %v", plain.Bytes(), err)
			}
		})
	}
}

func TestRoundTripAddsOverhead(t *testing.T) {
	for _, alg := range []seal.Algorithm{seal.AES256GCM, seal.SM4GCM} {
		material := bytes.Repeat([]byte{7}, map[seal.Algorithm]int{seal.AES256GCM: 32, seal.SM4GCM: 16}[alg])
		for _, size := range []int{0, 1, 4096, 65536} {
			plain := bytes.Repeat([]byte{9}, size)
			ct, err := seal.Encrypt(seal.Header{Algorithm: alg, Purpose: seal.PurposeData, Version: 3}, material, plain, []byte("aad"))
			if err != nil {
				t.Fatal(err)
			}
			if len(ct) != size+140 {
				t.Errorf("overhead is %d, want 140", len(ct)-size)
			}
			got, err := seal.Decrypt(seal.PurposeData, material, ct, []byte("aad"))
			if err != nil || !bytes.Equal(got.Bytes(), plain) {
				t.Errorf("size %d does not come back: %v", size, err)
			}
		}
	}
}

func TestFlippedBitsDoNotOpen(t *testing.T) {
	material := bytes.Repeat([]byte{7}, 32)
	ct, err := seal.Encrypt(seal.Header{Algorithm: seal.AES256GCM, Purpose: seal.PurposeData, Version: 1}, material, []byte("plain"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(ct) * 8 {
		bad := bytes.Clone(ct)
		bad[i/8] ^= 1 << (i % 8)
		_, err := seal.Decrypt(seal.PurposeData, material, bad, nil)
		if !errors.Is(err, seal.ErrDoesNotOpen) && !errors.Is(err, seal.ErrMalformed) {
			t.Errorf("bit %d flipped: %v", i, err)
		}
	}
	for n := range ct {
		if _, err := seal.Decrypt(seal.PurposeData, material, ct[:n], nil); err == nil {
			t.Errorf("opened when cut to %d bytes", n)
		}
	}
}

func TestOtherPurposeKeyOrDataDoesNotOpen(t *testing.T) {
	material := bytes.Repeat([]byte{7}, 32)
	ct, err := seal.Encrypt(seal.Header{Algorithm: seal.AES256GCM, Purpose: seal.PurposeSecret, Version: 1}, material, []byte("plain"), []byte("a"))
	if err != nil {
		t.Fatal(err)
	}
	for p := seal.PurposeData; p <= seal.PurposeVolume; p++ {
		_, err := seal.Decrypt(p, material, ct, []byte("a"))
		if (err == nil) != (p == seal.PurposeSecret) {
			t.Errorf("purpose %d: %v", p, err)
		}
	}
	if _, err := seal.Decrypt(seal.PurposeSecret, bytes.Repeat([]byte{8}, 32), ct, []byte("a")); !errors.Is(err, seal.ErrDoesNotOpen) {
		t.Errorf("other key: %v", err)
	}
	if _, err := seal.Decrypt(seal.PurposeSecret, material, ct, []byte("b")); !errors.Is(err, seal.ErrDoesNotOpen) {
		t.Errorf("other data: %v", err)
	}
}

func TestAADIsUnambiguous(t *testing.T) {
	if bytes.Equal(seal.AAD("ab", "c", "", "", ""), seal.AAD("a", "bc", "", "", "")) {
		t.Error("two places share one encoding")
	}
}

func TestSecretSaysNothing(t *testing.T) {
	s := seal.NewSecret([]byte("hunter2"))
	js, err := json.Marshal(map[string]any{"s": s, "p": &s})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "s", s, "g", struct{ S seal.Secret }{s})
	all := string(js) + log.String() + fmt.Sprint(s, &s) + fmt.Sprintf("%v %+v %#v %s %q %x %d", s, s, s, s, s, s, s) + fmt.Sprintf("%v", struct{ S seal.Secret }{s})
	if strings.Contains(all, "hunter") || strings.Contains(all, hex.EncodeToString([]byte("hunter"))) || strings.Contains(all, "104 117") {
		t.Errorf("the secret got out: %s", all)
	}
	s.Wipe()
	if !bytes.Equal(s.Bytes(), make([]byte, 7)) {
		t.Error("not wiped")
	}
}

func FuzzParseHeader(f *testing.F) {
	f.Add([]byte("SKM1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := seal.ParseHeader(b); err == nil && len(b) < seal.Overhead {
			t.Error("accepted a short ciphertext")
		}
	})
}

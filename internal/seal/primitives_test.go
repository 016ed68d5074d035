package seal_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"testing"

	"github.com/c2sp/wycheproof"
	"github.com/emmansun/gmsm/sm4"
)

// The primitives under the format agree with Project Wycheproof. The floors keep a
// changed file from turning the test into one that checks nothing.
func TestAEADsAgreeWithWycheproof(t *testing.T) {
	for _, tc := range []struct {
		file  string
		floor int
		block func([]byte) (cipher.Block, error)
	}{
		{"aes_gcm_test.json", 190, aes.NewCipher},
		{"sm4_gcm_test.json", 60, sm4.NewCipher},
	} {
		t.Run(tc.file, func(t *testing.T) {
			var file struct {
				TestGroups []struct {
					TagSize int `json:"tagSize"`
					Tests   []struct {
						TcID                       int
						Key, IV, Aad, Msg, Ct, Tag string
						Result                     string
						Flags                      []string
					}
				}
			}
			read(t, tc.file, &file)
			ran, skipped := 0, 0
			for _, g := range file.TestGroups {
				for _, v := range g.Tests {
					nonce := unhex(t, v.IV)
					if g.TagSize != 128 || len(nonce) == 0 {
						skipped++ // the format uses whole tags and a nonce of 12 bytes only
						continue
					}
					block, err := tc.block(unhex(t, v.Key))
					if err != nil {
						t.Fatalf("%d: %v", v.TcID, err)
					}
					aead, err := cipher.NewGCMWithNonceSize(block, len(nonce))
					if err != nil {
						t.Fatalf("%d: %v", v.TcID, err)
					}
					plain, err := aead.Open(nil, nonce, append(unhex(t, v.Ct), unhex(t, v.Tag)...), unhex(t, v.Aad))
					valid := v.Result != "invalid"
					if (err == nil) != valid || (valid && hex.EncodeToString(plain) != v.Msg) {
						t.Errorf("%d: opens %v, want %s", v.TcID, err == nil, v.Result)
					}
					ran++
				}
			}
			if ran < tc.floor {
				t.Errorf("ran %d, skipped %d; floor is %d", ran, skipped, tc.floor)
			}
		})
	}
}

func TestHKDFAgreesWithWycheproof(t *testing.T) {
	var file struct {
		TestGroups []struct {
			Tests []struct {
				TcID            int
				IKM, Salt, Info string
				Size            int
				OKM, Result     string
			}
		}
	}
	read(t, "hkdf_sha256_test.json", &file)
	ran := 0
	for _, g := range file.TestGroups {
		for _, v := range g.Tests {
			got, err := hkdf.Key(sha256.New, unhex(t, v.IKM), unhex(t, v.Salt), string(unhex(t, v.Info)), v.Size)
			valid := v.Result != "invalid"
			if (err == nil) != valid || (valid && hex.EncodeToString(got) != v.OKM) {
				t.Errorf("%d: got %v, want %s", v.TcID, err, v.Result)
			}
			ran++
		}
	}
	if ran < 80 {
		t.Errorf("ran %d; floor is 80", ran)
	}
}

func read(t *testing.T, name string, into any) {
	t.Helper()
	text, err := fs.ReadFile(wycheproof.TestVectors, name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

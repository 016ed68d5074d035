package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
)

// Algorithm is the fifth byte of a ciphertext: format and algorithm.
type Algorithm byte

// The algorithms.
const (
	AES256GCM Algorithm = 1 // HKDF with SHA-256
	SM4GCM    Algorithm = 2 // HKDF with SM3
)

// Purpose says what a ciphertext is for. 0 is invalid.
type Purpose byte

// The purposes.
const (
	PurposeData           Purpose = 1 // encrypt-data
	PurposeDataKey        Purpose = 2 // a data key handed to a caller
	PurposeDataKeyPrivate Purpose = 3 // private part of a data key pair
	PurposeSecret         Purpose = 4
	PurposeKeyPair        Purpose = 5
	PurposeObject         Purpose = 6
	PurposeBackup         Purpose = 7
	PurposeVolume         Purpose = 8
)

// Layout of a ciphertext, in bytes:
//
//	 0  magic "SKM1"         4
//	 4  format, algorithm    1
//	 5  purpose              1
//	 6  key id              16
//	22  key version          4  big endian
//	26  nonce               24  random
//	50  commitment          32
//	82  zero                42  checked
//	124 sealed bytes, then a tag of 16
//
// One HKDF over the material, empty salt, info = bytes 0 to 50, gives AEAD key
// (32; SM4 16), inner nonce (12) and commitment (32), in this order. Additional data
// of the AEAD is the header followed by the caller's.
const (
	magic      = "SKM1"
	headerSize = 124
	infoSize   = 50
	tagSize    = 16
	innerNonce = 12
	commitSize = 32
	// Overhead is what Encrypt adds to the plaintext: exactly 140 bytes, because the vendor's
	// API takes at most 5648 characters of Base64 for a plaintext of 4096.
	Overhead = headerSize + tagSize
)

// ErrMalformed says that bytes are not a ciphertext of this format.
var ErrMalformed = errors.New("not a ciphertext of this console")

// ErrDoesNotOpen says that a ciphertext is damaged, was moved, serves another
// purpose, or belongs to another key. It does not say which.
var ErrDoesNotOpen = errors.New("ciphertext does not open")

// Header is what a ciphertext says about itself.
type Header struct {
	Algorithm Algorithm
	Purpose   Purpose
	KeyID     [16]byte
	Version   uint32
}

// ParseHeader reads the header without opening anything.
func ParseHeader(ciphertext []byte) (Header, error) {
	if len(ciphertext) < Overhead || string(ciphertext[:4]) != magic {
		return Header{}, ErrMalformed
	}
	h := Header{Algorithm: Algorithm(ciphertext[4]), Purpose: Purpose(ciphertext[5]), Version: binary.BigEndian.Uint32(ciphertext[22:26])}
	copy(h.KeyID[:], ciphertext[6:22])
	if (h.Algorithm != AES256GCM && h.Algorithm != SM4GCM) || h.Purpose < PurposeData || h.Purpose > PurposeVolume {
		return Header{}, ErrMalformed
	}
	var sum byte
	for _, b := range ciphertext[infoSize+commitSize : headerSize] {
		sum |= b
	}
	if sum != 0 {
		return Header{}, ErrMalformed
	}
	return h, nil
}

// Encrypt seals plain under material (32 bytes; SM4 16) for one purpose. The result
// is Overhead bytes longer. aad must be given again to Decrypt; it is not stored.
func Encrypt(h Header, material, plain, aad []byte) ([]byte, error) {
	out := make([]byte, headerSize, Overhead+len(plain))
	copy(out, magic)
	out[4], out[5] = byte(h.Algorithm), byte(h.Purpose)
	copy(out[6:22], h.KeyID[:])
	binary.BigEndian.PutUint32(out[22:26], h.Version)
	_, _ = rand.Read(out[26:50]) // never fails
	if _, err := ParseHeader(append(out, make([]byte, tagSize)...)); err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	d, err := derive(h.Algorithm, material, out[:infoSize])
	if err != nil {
		return nil, err
	}
	defer clear(d.all)
	copy(out[infoSize:], d.commitment)
	return d.aead.Seal(out, d.nonce, plain, additional(out[:headerSize], aad)), nil
}

// Decrypt opens a ciphertext made for the wanted purpose.
//
// Errors: ErrMalformed, ErrDoesNotOpen.
func Decrypt(want Purpose, material, ciphertext, aad []byte) (Secret, error) {
	h, err := ParseHeader(ciphertext)
	if err != nil {
		return Secret{}, err
	}
	if h.Purpose != want {
		return Secret{}, ErrDoesNotOpen
	}
	d, err := derive(h.Algorithm, material, ciphertext[:infoSize])
	if err != nil {
		return Secret{}, err
	}
	defer clear(d.all)
	if subtle.ConstantTimeCompare(d.commitment, ciphertext[infoSize:infoSize+commitSize]) != 1 {
		return Secret{}, ErrDoesNotOpen
	}
	plain, err := d.aead.Open(nil, d.nonce, ciphertext[headerSize:], additional(ciphertext[:headerSize], aad))
	if err != nil {
		return Secret{}, ErrDoesNotOpen
	}
	return NewSecret(plain), nil
}

type derived struct {
	all        []byte
	aead       cipher.AEAD
	nonce      []byte
	commitment []byte
}

func derive(alg Algorithm, material, info []byte) (derived, error) {
	keySize := 32
	if alg == SM4GCM {
		keySize = 16
	}
	if len(material) != keySize {
		return derived{}, fmt.Errorf("key material has %d bytes, not %d", len(material), keySize)
	}
	var all []byte
	var err error
	if alg == SM4GCM {
		all, err = hkdf.Key(sm3.New, material, nil, string(info), keySize+innerNonce+commitSize)
	} else {
		all, err = hkdf.Key(sha256.New, material, nil, string(info), keySize+innerNonce+commitSize)
	}
	if err != nil {
		return derived{}, fmt.Errorf("derive message key: %w", err)
	}
	var block cipher.Block
	if alg == SM4GCM {
		block, err = sm4.NewCipher(all[:keySize])
	} else {
		block, err = aes.NewCipher(all[:keySize])
	}
	if err != nil {
		return derived{}, fmt.Errorf("set up cipher: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return derived{}, fmt.Errorf("set up GCM: %w", err)
	}
	return derived{all, aead, all[keySize : keySize+innerNonce], all[keySize+innerNonce:]}, nil
}

func additional(header, aad []byte) []byte {
	if len(aad) == 0 {
		return header
	}
	both := make([]byte, 0, len(header)+len(aad))
	return append(append(both, header...), aad...)
}

// AAD is the stable encoding that binds a value to its place: each part as a length
// of 4 bytes, big endian, and its bytes.
func AAD(table, column, account, resource, version string) []byte {
	parts := [...]string{table, column, account, resource, version}
	size := 0
	for _, p := range parts {
		size += 4 + len(p)
	}
	out := make([]byte, 0, size)
	for _, p := range parts {
		out = binary.BigEndian.AppendUint32(out, uint32(len(p)))
		out = append(out, p...)
	}
	return out
}

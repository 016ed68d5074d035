package seal

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// RootKey wraps sealing keys. It may live outside of this process, so both ways
// take a context and may fail.
type RootKey interface {
	Wrap(ctx context.Context, plain []byte) ([]byte, error)
	Unwrap(ctx context.Context, wrapped []byte) ([]byte, error)
	ID() string // says which key it is without saying the key
	Health(ctx context.Context) error
}

// RootKeyFile is the name of the root key in the data directory.
const RootKeyFile = "root.key"

const rootKeyPrefix = "shared-kms-root-key-1:"

// OpenRootKey reads the root key that spec names: "file:" (root.key in dataDir),
// "file:/path" or "env:NAME". Both hold "shared-kms-root-key-1:" and 32 bytes in
// Base64. With create, a missing file is made, readable by its owner only.
func OpenRootKey(spec, dataDir string, create bool) (RootKey, error) {
	scheme, rest, _ := strings.Cut(spec, ":")
	switch scheme {
	case "file":
		if rest == "" {
			rest = filepath.Join(dataDir, RootKeyFile)
		}
		text, err := os.ReadFile(rest)
		if errors.Is(err, fs.ErrNotExist) && create {
			text, err = createRootKey(rest)
		}
		if err != nil {
			return nil, fmt.Errorf("read root key: %w", err)
		}
		return parseRootKey(string(text))
	case "env":
		text := os.Getenv(rest)
		if text == "" {
			return nil, fmt.Errorf("read root key: environment variable %s is empty", rest)
		}
		return parseRootKey(text)
	}
	return nil, fmt.Errorf("root key %q: use file:PATH or env:NAME", scheme)
}

// createRootKey makes a key and lets it reach the disk before anything is sealed
// under it.
func createRootKey(path string) ([]byte, error) {
	text := []byte(NewRootKeyText() + "\n")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return os.ReadFile(path) // made by another start just now
	}
	if err != nil {
		return nil, err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return nil, err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	return text, errors.Join(dir.Sync(), dir.Close())
}

// NewRootKeyText makes a new root key in the form OpenRootKey reads.
func NewRootKeyText() string {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return rootKeyPrefix + base64.StdEncoding.EncodeToString(key)
}

func parseRootKey(text string) (RootKey, error) {
	encoded, ok := strings.CutPrefix(strings.TrimSpace(text), rootKeyPrefix)
	key, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil || len(key) != 32 {
		return nil, fmt.Errorf("root key has an unknown form: want %q and 32 bytes in Base64", rootKeyPrefix)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("set up root key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("set up root key: %w", err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("shared-kms root key id"))
	return localRootKey{aead, hex.EncodeToString(mac.Sum(nil)[:8])}, nil
}

type localRootKey struct {
	aead cipher.AEAD
	id   string
}

var rootAAD = []byte("shared-kms sealing key")

// Wrap seals a sealing key.
func (k localRootKey) Wrap(_ context.Context, plain []byte) ([]byte, error) {
	return k.aead.Seal(nil, nil, plain, rootAAD), nil
}

// Unwrap opens a sealing key.
func (k localRootKey) Unwrap(_ context.Context, wrapped []byte) ([]byte, error) {
	plain, err := k.aead.Open(nil, nil, wrapped, rootAAD)
	if err != nil {
		return nil, ErrDoesNotOpen
	}
	return plain, nil
}

// ID is 16 hex characters, derived from the key one way.
func (k localRootKey) ID() string { return k.id }

// Health is always good: the key is in memory.
func (k localRootKey) Health(context.Context) error { return nil }

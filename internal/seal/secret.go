// Package seal holds the cryptography under the services: the root key, the sealing
// keys that protect columns at rest, the ciphertext format SKM1, and a type for
// bytes that refuse to be printed.
//
// Layers: the root key wraps only the rows of sealing_keys; a sealing key seals
// columns such as key material; key material wraps data keys and encrypts data. So
// the root key is rotated by rewrapping a few rows.
//
// Every ciphertext commits to its key: the commitment in its header is compared in
// constant time before anything is opened, and every opening function names the
// purpose it opens, so a wrapped data key or a secret cannot be opened as data.
// Additional data binds a value to table, column, account, resource and version: a
// ciphertext moved elsewhere does not open.
//
// Rejected: a wrapper library (a protobuf envelope, half the speed), one key for all
// columns without ids (cannot be rotated), random nonces under the long-lived key
// itself (a key derived per message keeps the count of messages under one key at 1).
package seal

import (
	"fmt"
	"log/slog"
)

const hidden = "[secret]"

// Secret holds bytes that must not be printed, logged or marshalled. The holder of
// a Secret owns the bytes and wipes them when done.
type Secret struct{ b []byte }

// NewSecret takes b over; the caller no longer uses it.
func NewSecret(b []byte) Secret { return Secret{b} }

// Bytes lends the bytes until Wipe.
func (s Secret) Bytes() []byte { return s.b }

// Len is the number of bytes.
func (s Secret) Len() int { return len(s.b) }

// Wipe overwrites the bytes with zeros.
func (s Secret) Wipe() { clear(s.b) }

// String says nothing.
func (Secret) String() string { return hidden }

// GoString says nothing.
func (Secret) GoString() string { return hidden }

// Format says nothing, whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) } // a printer's own errors are its caller's

// LogValue says nothing.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalJSON says nothing.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// MarshalText says nothing.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

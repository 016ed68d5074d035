package handle

import "io"

// pieceSize is how much of a page one piece holds, in bytes.
const pieceSize = 64 << 10

// pieces keeps a page that shows a secret, in pieces of fixed size that never move: memory
// that grows by copying leaves the copies behind, and nobody could overwrite them.
type pieces struct {
	full [][]byte // each with the capacity of pieceSize; all but the last are full
	size int
}

// Write adds p. It never fails.
func (b *pieces) Write(p []byte) (int, error) {
	n := len(p)
	b.size += n
	for len(p) > 0 {
		last := len(b.full) - 1
		if last < 0 || len(b.full[last]) == pieceSize {
			b.full = append(b.full, make([]byte, 0, pieceSize))
			last++
		}
		fits := min(len(p), pieceSize-len(b.full[last]))
		b.full[last] = append(b.full[last], p[:fits]...)
		p = p[fits:]
	}
	return n, nil
}

func (b *pieces) sendTo(w io.Writer) error {
	for _, piece := range b.full {
		if _, err := w.Write(piece); err != nil {
			return err
		}
	}
	return nil
}

func (b *pieces) wipe() {
	for _, piece := range b.full {
		clear(piece)
	}
}

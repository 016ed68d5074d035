package program

import (
	"bytes"
	"sync"
)

// logMax is how much of what a console says is kept.
const logMax = 16 << 10

// Log keeps the end of what a console says, and how often it spoke of errors.
type Log struct {
	mu     sync.Mutex
	kept   []byte
	errors int
}

// Write takes lines from the process.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.errors += bytes.Count(p, []byte("level=ERROR"))
	if l.kept = append(l.kept, p...); len(l.kept) > 2*logMax {
		l.kept = append(l.kept[:0], l.kept[len(l.kept)-logMax:]...)
	}
	return len(p), nil
}

// Errors is how many lines were errors.
func (l *Log) Errors() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.errors
}

// String is the end of what was said.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.kept[max(0, len(l.kept)-logMax):])
}

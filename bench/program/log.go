package program

import (
	"bytes"
	"sync"
)

// logMax is how much of what a console says is kept.
const logMax = 16 << 10

// Log keeps the end of what a console says, without the lines of everyday requests.
type Log struct {
	mu   sync.Mutex
	part []byte // of a line that is not finished
	kept []byte
}

var everyday = []byte(" level=INFO ")

// Write takes what the process writes, in whole lines or not.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range bytes.Lines(p) {
		if line[len(line)-1] != '\n' {
			l.part = append(l.part, line...)
			break
		}
		whole := line
		if len(l.part) > 0 {
			whole = append(l.part, line...)
		}
		if !bytes.Contains(whole, everyday) {
			l.kept = append(l.kept, whole...)
		}
		l.part = l.part[:0]
	}
	if len(l.kept) > 2*logMax {
		l.kept = append(l.kept[:0], l.kept[len(l.kept)-logMax:]...)
	}
	return len(p), nil
}

// String is the end of what was said.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.kept[max(0, len(l.kept)-logMax):])
}

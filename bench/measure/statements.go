package measure

import (
	"net/http"
	"runtime"
	"sync/atomic"

	"sharedkms/internal/store"
)

// Statements counts what requests send to the database.
type Statements struct{ sent, running atomic.Int64 }

// Wrap lets a server's requests be counted.
func (s *Statements) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		s.running.Add(1)
		ctx, counter := store.Count(r.Context())
		next.ServeHTTP(rw, r.WithContext(ctx))
		s.sent.Add(int64(counter.N()))
		s.running.Add(-1)
	})
}

// N is how many were sent so far. An answer can be read before its handler returns, so the
// requests that are still running are waited for.
func (s *Statements) N() int64 {
	for s.running.Load() > 0 {
		runtime.Gosched()
	}
	return s.sent.Load()
}

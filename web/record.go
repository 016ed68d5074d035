package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"sharedkms/web/handle"
)

// record numbers the request, catches panics, answers errors and writes one line of log: the
// route's pattern, never the address, which may hold what was typed.
func (s *server) record(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		ctx, cancel := context.WithTimeout(c.Request().Context(), requestTime)
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		id, err := uuid.NewV7()
		if err != nil {
			id = uuid.New()
		}
		c.Response().Header().Set(handle.HeaderRequestID, id.String())
		defer func() { // also when fail cuts an answer that had begun
			took := time.Since(began)
			s.metrics.observe(c, took)
			s.log(c, id.String(), took, err)
		}()
		if err = guard(next, c); err != nil {
			s.fail(err, c)
		}
		return nil
	}
}

// panicked is a defect that a handler ran into.
type panicked struct {
	value any
	stack []byte
}

// Error names the defect; the stack goes to the log alone.
func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

func guard(next echo.HandlerFunc, c echo.Context) (err error) {
	defer func() {
		v := recover()
		if v == http.ErrAbortHandler {
			panic(v) // the answer is cut on purpose
		}
		if v != nil {
			err = &panicked{v, debug.Stack()}
		}
	}()
	return next(c)
}

func (s *server) log(c echo.Context, id string, took time.Duration, err error) {
	status := c.Response().Status
	attrs := []slog.Attr{
		slog.String("request", id), slog.String("method", c.Request().Method), slog.String("route", c.Path()),
		slog.Int("status", status), slog.Int64("bytes", c.Response().Size), slog.Float64("ms", float64(took.Microseconds())/1000),
		slog.String("address", c.RealIP()),
	}
	if x, ok := c.Get(keyExchange).(*handle.Exchange); ok && x.SignedIn() {
		attrs = append(attrs, slog.String("account", string(x.Caller.Account)), slog.String("user", string(x.Caller.User)))
	}
	level := slog.LevelInfo
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
		if status == http.StatusOK { // a download that broke off
			level = slog.LevelWarn
		}
	}
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
		if p, ok := err.(*panicked); ok {
			attrs = append(attrs, slog.String("stack", string(p.stack)))
		}
	}
	s.cfg.Log.LogAttrs(c.Request().Context(), level, "request", attrs...)
}

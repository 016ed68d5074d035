// Package browser is the client of load and benches: one kept connection that does as
// little as can be done, so that what is measured is the console. It sends requests that
// were written beforehand and reads answers to their end.
//
// net/http's client costs as much CPU as a page of the console; on a machine of two cores,
// which client and console share, it would be half of every figure.
package browser

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// Browser is one connection, opened by its first request, and again by the next one after
// it broke. It is used by one goroutine.
type Browser struct {
	addr    string
	timeout time.Duration
	conn    net.Conn
	in      *bufio.Reader
}

// New gives a browser for a host:port. A request takes at most timeout; 0 sets no limit.
func New(addr string, timeout time.Duration) *Browser { return &Browser{addr: addr, timeout: timeout} }

// Visit makes the next request go to another address.
func (b *Browser) Visit(addr string) error {
	if addr == b.addr {
		return nil
	}
	b.addr = addr
	return b.Close()
}

// Close ends the connection.
func (b *Browser) Close() error {
	if b.conn == nil {
		return nil
	}
	err := b.conn.Close()
	b.conn = nil
	return err
}

// Get is the text of a request for a page. cookie is the Cookie header.
func Get(host, path, cookie string, headers ...string) []byte {
	return request("GET "+path, host, cookie, "", headers...)
}

// Post is the text of a request that sends a form, as a page of the same host would.
func Post(host, path, cookie, form string) []byte {
	return request("POST "+path, host, cookie, form, "Origin: http://"+host, "Sec-Fetch-Site: same-origin",
		"Content-Type: application/x-www-form-urlencoded", "Content-Length: "+strconv.Itoa(len(form)))
}

func request(line, host, cookie, body string, headers ...string) []byte {
	b := fmt.Appendf(nil, "%s HTTP/1.1\r\nHost: %s\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\nAccept: text/html\r\n", line, host)
	if cookie != "" {
		b = append(append(append(b, "Cookie: "...), cookie...), "\r\n"...)
	}
	for _, h := range headers {
		b = append(append(b, h...), "\r\n"...)
	}
	return append(append(b, "\r\n"...), body...)
}

// Answer is what came back.
type Answer struct {
	Status    int
	Length    int // of the body as it travelled
	Location  string
	RequestID string
	Cookies   []string // "name=value"
	Body      string   // unpacked; empty after Send

	zipped bool
}

// Send sends a request and reads the answer to its end, which must have the status.
func (b *Browser) Send(request []byte, status int) error {
	a, err := b.exchange(request, false)
	if err == nil && a.Status != status {
		err = fmt.Errorf("%s: status %d, want %d", request[:bytes.IndexByte(request, '\r')], a.Status, status)
	}
	return err
}

// Fetch sends a request and gives the answer. An error means that no whole answer came;
// what became of the request is unknown then.
func (b *Browser) Fetch(request []byte) (Answer, error) { return b.exchange(request, true) }

// Skim is Fetch without the body.
func (b *Browser) Skim(request []byte) (Answer, error) { return b.exchange(request, false) }

func (b *Browser) exchange(request []byte, keep bool) (a Answer, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %w", request[:bytes.IndexByte(request, '\r')], errors.Join(err, b.Close()))
		}
	}()
	if b.conn == nil {
		conn, err := net.DialTimeout("tcp", b.addr, b.timeout)
		if err != nil {
			return a, err
		}
		b.conn = conn
		if b.in == nil {
			b.in = bufio.NewReaderSize(conn, 64<<10)
		} else {
			b.in.Reset(conn)
		}
	}
	if b.timeout > 0 {
		if err := b.conn.SetDeadline(time.Now().Add(b.timeout)); err != nil {
			return a, err
		}
	}
	if _, err := b.conn.Write(request); err != nil {
		return a, err
	}
	last, err := b.head(&a)
	if err != nil {
		return a, err
	}
	if err := b.body(&a, keep); err != nil {
		return a, err
	}
	if last {
		return a, b.Close()
	}
	return a, nil
}

// head reads status and headers. last says that the server closes the connection.
func (b *Browser) head(a *Answer) (last bool, err error) {
	first, err := b.in.ReadSlice('\n')
	if err != nil {
		return false, err
	}
	if len(first) < 12 {
		return false, fmt.Errorf("answered %q", first)
	}
	if a.Status, err = strconv.Atoi(string(first[9:12])); err != nil {
		return false, err
	}
	a.Length = -1
	for {
		line, err := b.in.ReadSlice('\n')
		if err != nil {
			return false, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		switch line[0] {
		case 'C':
			if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
				if a.Length, err = strconv.Atoi(string(value)); err != nil {
					return false, err
				}
			}
			a.zipped = a.zipped || bytes.Equal(line, []byte("Content-Encoding: gzip"))
			last = last || bytes.Equal(line, []byte("Connection: close"))
		case 'L':
			if value, ok := bytes.CutPrefix(line, []byte("Location: ")); ok {
				a.Location = string(value)
			}
		case 'S':
			if value, ok := bytes.CutPrefix(line, []byte("Set-Cookie: ")); ok {
				pair, _, _ := strings.Cut(string(value), ";")
				a.Cookies = append(a.Cookies, pair)
			}
		case 'X':
			if value, ok := bytes.CutPrefix(line, []byte("X-Request-Id: ")); ok {
				a.RequestID = string(value)
			}
		}
	}
	if a.Length < 0 {
		return false, errors.New("an answer without a length")
	}
	return last, nil
}

func (b *Browser) body(a *Answer, keep bool) error {
	if !keep {
		_, err := io.CopyN(io.Discard, b.in, int64(a.Length))
		return err
	}
	body := make([]byte, a.Length)
	if _, err := io.ReadFull(b.in, body); err != nil {
		return err
	}
	if a.zipped {
		unpacked, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return err
		}
		if body, err = io.ReadAll(unpacked); err != nil {
			return err
		}
	}
	a.Body = string(body)
	return nil
}

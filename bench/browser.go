package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
)

// browser is one kept connection, opened by the first request. It does as little as can
// be done.
type browser struct {
	addr string
	conn net.Conn
	in   *bufio.Reader
}

func (s *site) browsers(n int) []*browser {
	list := make([]*browser, n)
	for i := range list {
		b := &browser{addr: s.addr}
		s.w.atEnd(b.close)
		list[i] = b
	}
	return list
}

func (b *browser) close() error {
	if b.conn == nil {
		return nil
	}
	return b.conn.Close()
}

// get is the text of a request for a page.
func (s *site) get(path, token string, headers ...string) []byte {
	return s.request("GET "+path, token, "", headers...)
}

func (s *site) post(path, token, form string) []byte {
	return s.request("POST "+path, token, form, "Origin: http://"+s.addr, "Sec-Fetch-Site: same-origin",
		"Content-Type: application/x-www-form-urlencoded", "Content-Length: "+strconv.Itoa(len(form)))
}

func (s *site) request(line, token, body string, headers ...string) []byte {
	b := fmt.Appendf(nil, "%s HTTP/1.1\r\nHost: %s\r\nCookie: sign-in=%s\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\nAccept: text/html\r\n", line, s.addr, token)
	for _, h := range headers {
		b = append(append(b, h...), "\r\n"...)
	}
	return append(append(b, "\r\n"...), body...)
}

// send sends a request and reads the answer to its end.
func (b *browser) send(request []byte, status int) error {
	if b.conn == nil {
		conn, err := net.Dial("tcp", b.addr)
		if err != nil {
			return err
		}
		b.conn, b.in = conn, bufio.NewReaderSize(conn, 64<<10)
	}
	if _, err := b.conn.Write(request); err != nil {
		return err
	}
	first, err := b.in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if len(first) < 12 || string(first[9:12]) != strconv.Itoa(status) {
		return fmt.Errorf("%s: %s, want %d", request[:bytes.IndexByte(request, '\r')], bytes.TrimSpace(first), status)
	}
	length := -1
	for {
		line, err := b.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if line = bytes.TrimRight(line, "\r\n"); len(line) == 0 {
			break
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(value)); err != nil {
				return err
			}
		}
	}
	if length < 0 {
		return fmt.Errorf("%s: an answer without a length", request[:bytes.IndexByte(request, '\r')])
	}
	_, err = io.CopyN(io.Discard, b.in, int64(length))
	return err
}

package handle

import (
	"encoding/csv"
	"net/http"
	"strings"
)

// CSV sends a download named file. rows calls write once per row and returns its error;
// cells that a spreadsheet would take for a formula are escaped. An error after the first
// row cuts the download short.
func (x *Exchange) CSV(file string, header []string, rows func(write func(cells ...string) error) error) error {
	r := x.echo.Response()
	w := csv.NewWriter(r)
	begin := func() error {
		if r.Committed {
			return nil
		}
		h := r.Header()
		h.Set("Content-Type", "text/csv; charset=utf-8")
		h.Set("Content-Disposition", `attachment; filename="`+file+`"`)
		h.Set("Cache-Control", "no-store")
		r.WriteHeader(http.StatusOK)
		return w.Write(header)
	}
	err := rows(func(cells ...string) error {
		if err := begin(); err != nil {
			return err
		}
		safe := make([]string, len(cells))
		for i, c := range cells {
			safe[i] = escapeCell(c)
		}
		return w.Write(safe)
	})
	if err == nil {
		err = begin() // a list without rows still has its header
	}
	w.Flush()
	if err == nil {
		err = w.Error()
	}
	return err
}

// escapeCell puts an apostrophe before what spreadsheets run as a formula.
func escapeCell(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

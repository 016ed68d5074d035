package rows

import (
	"strconv"
	"strings"
)

// cellLabel is "Tag key 1", "Row value 2".
func (p *Props) cellLabel(part string, i int) string {
	return strings.ToUpper(p.Noun[:1]) + p.Noun[1:] + " " + strings.ToLower(part) + " " + strconv.Itoa(i+1)
}

func (p *Props) removeLabel(i int, r Row) string {
	if r.Key == "" {
		return "Remove " + p.Noun + " " + strconv.Itoa(i+1)
	}
	return "Remove " + p.Noun + " " + r.Key
}

func (p *Props) value(r Row) string {
	if p.Secret {
		return ""
	}
	return r.Value
}

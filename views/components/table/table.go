package table

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"sharedkms/views/components/icon"
)

func (c *Column) class() string {
	class := "pf-v6-c-table__th pf-m-wrap"
	if c.SortHref != "" {
		class = "pf-v6-c-table__th pf-m-nowrap pf-v6-c-table__sort"
		if c.Sorted != Unsorted {
			class += " pf-m-selected"
		}
	}
	if c.Narrow {
		class += " pf-m-fit-content"
	}
	if c.Optional {
		class += " k-lo"
	}
	return class
}

// listClass is what of a List depends on its columns: whether the last one holds acts.
func listClass(class string, columns []Column) string {
	class = "pf-v6-c-table pf-m-compact pf-m-grid-lg k-list " + class
	if columns[len(columns)-1].Acts {
		class += " k-acts"
	}
	return class
}

func (c *Column) ariaSort() string {
	return [...]string{Unsorted: "none", Ascending: "ascending", Descending: "descending"}[c.Sorted]
}

func (c *Column) icon() icon.Icon {
	return [...]icon.Icon{Unsorted: icon.Sort, Ascending: icon.SortUp, Descending: icon.SortDown}[c.Sorted]
}

// Tick is the first cell of a row that can be ticked. Label names the row: "Select retail-orders".
func Tick(name, value, label string, ticked, disabled bool) templ.Component {
	return tick{name, value, label, ticked, disabled}
}

type tick struct {
	name, value, label string
	ticked, disabled   bool
}

func (t tick) Render(_ context.Context, w io.Writer) error {
	flags := ""
	if t.ticked {
		flags = " checked"
	}
	if t.disabled {
		flags += " disabled"
	}
	_, err := io.WriteString(w, `<td class="pf-v6-c-table__td pf-v6-c-table__check" role="cell"><label class="pf-v6-c-check pf-m-standalone k-hit"><input class="pf-v6-c-check__input" type="checkbox" name="`+
		templ.EscapeString(t.name)+`" value="`+templ.EscapeString(t.value)+`" aria-label="`+templ.EscapeString(t.label)+`"`+flags+`></label></td>`)
	return err
}

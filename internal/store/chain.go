package store

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"gorm.io/gorm"
)

// Step is one INSERT of a chain, or an UPDATE, without RETURNING.
type Step struct {
	SQL  string
	Args []any
}

// Chain runs the steps of one act in order and says how many rows each one wrote. On
// PostgreSQL they travel as one statement, which saves a round trip and the parsing
// of a message per step; foreign keys between the steps hold, because they are
// checked at its end. A step does not see the rows of the steps before it.
func Chain(tx *gorm.DB, steps ...Step) ([]int64, error) {
	counts := make([]int64, len(steps))
	if tx.Name() != string(PostgreSQL) {
		for i, s := range steps {
			result := tx.Exec(s.SQL, s.Args...)
			if result.Error != nil {
				return nil, result.Error
			}
			counts[i] = result.RowsAffected
		}
		return counts, nil
	}
	var with, columns strings.Builder
	var args, into []any
	for i, s := range steps {
		name := "s" + strconv.Itoa(i)
		if i > 0 {
			with.WriteString(", ")
			columns.WriteString(", ")
		}
		fmt.Fprintf(&with, "%s AS (%s RETURNING 1)", name, s.SQL)
		fmt.Fprintf(&columns, "(SELECT count(*) FROM %s)", name)
		args, into = append(args, s.Args...), append(into, &counts[i])
	}
	// Row and not GORM's Scan, which costs more than reading a few numbers is worth.
	if err := tx.Raw("WITH "+with.String()+" SELECT "+columns.String(), args...).Row().Scan(into...); err != nil {
		// GORM translates errors of statements, not of queries.
		if translator, ok := tx.Dialector.(gorm.ErrorTranslator); ok {
			err = translator.Translate(err)
		}
		return nil, err
	}
	return counts, nil
}

// Insert is the INSERT of rows, at least one, as a step. T is a row struct that names its
// columns.
func Insert[T any](tx *gorm.DB, rows []T) (Step, error) {
	stmt := &gorm.Statement{DB: tx}
	if err := stmt.Parse(&rows); err != nil {
		return Step{}, fmt.Errorf("rows of %T: %w", rows, err)
	}
	columns := stmt.Schema.DBNames
	one := "(?" + strings.Repeat(", ?", len(columns)-1) + ")"
	step := Step{SQL: "INSERT INTO " + stmt.Schema.Table + " (" + strings.Join(columns, ", ") + ") VALUES " + one + strings.Repeat(", "+one, len(rows)-1)}
	for i := range rows {
		row := reflect.ValueOf(&rows[i]).Elem()
		for _, column := range columns {
			value, _ := stmt.Schema.FieldsByDBName[column].ValueOf(tx.Statement.Context, row)
			step.Args = append(step.Args, value)
		}
	}
	return step, nil
}

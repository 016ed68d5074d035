package store

import "gorm.io/gorm"

// Each reads the rows of a statement into the places that a T has for its columns, in their
// order. It is for lists that are read often: GORM, which finds a place for each column of
// each row anew, takes more time for that than the driver takes to read the row.
func Each[T any](db *gorm.DB, places func(*T) []any) (list []T, err error) {
	rows, err := db.Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // its error is rows.Err
	var row, empty T
	into := places(&row)
	for rows.Next() {
		row = empty
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, rows.Err()
}

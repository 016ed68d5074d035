package kms

import "gorm.io/gorm"

// being is a condition for what a key is; empty arguments allow all. prefix is of the
// columns: a table's alias with its dot, or empty.
func being(prefix string, spec Spec, usage Usage, origin Origin) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		if spec != "" {
			db = db.Where(prefix+"spec = ?", string(spec))
		}
		if usage != "" {
			db = db.Where(prefix+"usage = ?", string(usage))
		}
		if origin != "" {
			db = db.Where(prefix+"origin = ?", string(origin))
		}
		return db
	}
}

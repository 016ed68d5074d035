-- +goose Up
-- Shares deleted lately are found without those of former years.
CREATE INDEX shares_deleted_of_account ON shares (account_id, status, deleted_at) WHERE deleted_at IS NOT NULL;

-- SQLite takes the index of which the most columns are given, so those of the shares that
-- nobody is in name all that is asked for.
DROP INDEX shares_with_nobody;
DROP INDEX shares_with_nobody_by_name;
CREATE INDEX shares_with_nobody ON shares (account_id, status, principal_count, created_at, id) WHERE principal_count = 0 AND status = 'active';
CREATE INDEX shares_with_nobody_by_name ON shares (account_id, status, principal_count, name_lower, id) WHERE principal_count = 0 AND status = 'active';

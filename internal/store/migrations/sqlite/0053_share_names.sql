-- +goose Up
-- Shares received are found by the start of their names in the order of names: each
-- association knows its share's.
ALTER TABLE share_principals ADD COLUMN share_name TEXT NOT NULL DEFAULT '';
UPDATE share_principals SET share_name = s.name_lower FROM shares AS s WHERE s.id = share_principals.share_id;
CREATE INDEX share_principals_by_share_name ON share_principals (kind, principal, share_name, share_id) WHERE status = 'associated';

-- +goose StatementBegin
CREATE TRIGGER shares_rename_associations AFTER UPDATE OF name_lower ON shares WHEN OLD.name_lower <> NEW.name_lower
BEGIN
    UPDATE share_principals SET share_name = NEW.name_lower WHERE share_id = NEW.id;
END;
-- +goose StatementEnd

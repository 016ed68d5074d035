-- +goose Up
-- Shares received are found by the start of their names in the order of names: each
-- association knows its share's. One that ended keeps the name that it ended under; once
-- the share is renamed, it has that name as it was written.
ALTER TABLE share_principals ADD COLUMN share_name TEXT NOT NULL DEFAULT '';
ALTER TABLE share_principals ADD COLUMN past_name TEXT;
UPDATE share_principals SET share_name = s.name_lower FROM shares AS s WHERE s.id = share_principals.share_id;
CREATE INDEX share_principals_by_share_name ON share_principals (kind, principal, share_name, share_id) WHERE status = 'associated';

-- +goose StatementBegin
CREATE TRIGGER shares_rename_associations AFTER UPDATE OF name ON shares WHEN OLD.name <> NEW.name
BEGIN
    UPDATE share_principals SET share_name = NEW.name_lower WHERE share_id = NEW.id AND ended_at IS NULL;
    UPDATE share_principals SET past_name = OLD.name WHERE share_id = NEW.id AND ended_at IS NOT NULL AND past_name IS NULL;
END;
-- +goose StatementEnd

-- +goose Up
-- What ends next for an account that receives is found by its own principals, in the order
-- of ends: each live association knows its share's end, beside its own.
ALTER TABLE share_principals ADD COLUMN share_ends_at INTEGER;
UPDATE share_principals SET share_ends_at = s.ends_at FROM shares AS s WHERE s.id = share_principals.share_id AND s.ends_at IS NOT NULL;
CREATE INDEX share_principals_received_ends ON share_principals (kind, principal, ends_at, share_id) WHERE status = 'associated' AND ends_at IS NOT NULL;
CREATE INDEX share_principals_received_share_ends ON share_principals (kind, principal, share_ends_at, share_id) WHERE status = 'associated' AND share_ends_at IS NOT NULL;

-- +goose StatementBegin
CREATE TRIGGER shares_end_associations AFTER UPDATE OF ends_at ON shares WHEN OLD.ends_at IS NOT NEW.ends_at
BEGIN
    UPDATE share_principals SET share_ends_at = NEW.ends_at WHERE share_id = NEW.id AND ended_at IS NULL;
END;
-- +goose StatementEnd

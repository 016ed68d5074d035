-- +goose Up
-- What ends next for an account that receives is found by its own principals, in the order
-- of ends: each live association knows its share's end, beside its own.
ALTER TABLE share_principals ADD COLUMN share_ends_at timestamptz;
UPDATE share_principals SET share_ends_at = s.ends_at FROM shares AS s WHERE s.id = share_principals.share_id AND s.ends_at IS NOT NULL;
CREATE INDEX share_principals_received_ends ON share_principals (kind, principal, ends_at, share_id) WHERE status = 'associated' AND ends_at IS NOT NULL;
CREATE INDEX share_principals_received_share_ends ON share_principals (kind, principal, share_ends_at, share_id) WHERE status = 'associated' AND share_ends_at IS NOT NULL;

-- +goose StatementBegin
CREATE FUNCTION follow_share_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE share_principals SET share_ends_at = NEW.ends_at WHERE share_id = NEW.id AND ended_at IS NULL;
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE TRIGGER shares_end_associations AFTER UPDATE OF ends_at ON shares FOR EACH ROW WHEN (OLD.ends_at IS DISTINCT FROM NEW.ends_at) EXECUTE FUNCTION follow_share_ends();

ANALYZE share_principals;

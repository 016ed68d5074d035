-- +goose Up
-- Who has access is asked of associations alone, for the share's owner and end are written
-- on each. So a live one must be of an active share and have that owner and that end; the
-- end of a share is carried over by shares_end_associations. What was written before is made so.
UPDATE share_principals SET account_id = s.account_id, share_ends_at = s.ends_at FROM shares AS s
WHERE s.id = share_principals.share_id AND share_principals.ended_at IS NULL
  AND (share_principals.account_id <> s.account_id OR share_principals.share_ends_at IS DISTINCT FROM s.ends_at);
UPDATE share_principals SET status = 'disassociated', ended_at = s.deleted_at, ended_by = 'share_deleted' FROM shares AS s
WHERE s.id = share_principals.share_id AND share_principals.ended_at IS NULL AND s.status <> 'active';

-- Looked at after the statement, for a share is written in one with its associations.
-- +goose StatementBegin
CREATE FUNCTION association_like_share() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM shares s WHERE s.id = NEW.share_id AND s.account_id = NEW.account_id AND s.status = 'active' AND s.ends_at IS NOT DISTINCT FROM NEW.share_ends_at) THEN
        RAISE EXCEPTION 'a live association has the owner and the end of an active share';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE TRIGGER share_principals_like_share AFTER INSERT ON share_principals FOR EACH ROW WHEN (NEW.ended_at IS NULL) EXECUTE FUNCTION association_like_share();
CREATE TRIGGER share_principals_stay_like_share AFTER UPDATE OF share_id, account_id, share_ends_at, ended_at ON share_principals FOR EACH ROW WHEN (NEW.ended_at IS NULL) EXECUTE FUNCTION association_like_share();

-- +goose StatementBegin
CREATE FUNCTION share_ends_after_associations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM share_principals sp WHERE sp.share_id = OLD.id AND sp.ended_at IS NULL) THEN
        RAISE EXCEPTION 'a share ends, or changes its owner, after its associations ended';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE TRIGGER shares_end_after_associations AFTER UPDATE OF status, account_id ON shares FOR EACH ROW WHEN (NEW.status <> 'active' OR NEW.account_id <> OLD.account_id) EXECUTE FUNCTION share_ends_after_associations();

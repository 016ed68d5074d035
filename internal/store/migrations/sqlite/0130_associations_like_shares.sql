-- +goose Up
-- Who has access is asked of associations alone, for the share's owner and end are written
-- on each. So a live one must be of an active share and have that owner and that end; the
-- end of a share is carried over by shares_end_associations. What was written before is made so.
UPDATE share_principals SET account_id = s.account_id, share_ends_at = s.ends_at FROM shares AS s
WHERE s.id = share_principals.share_id AND share_principals.ended_at IS NULL
  AND (share_principals.account_id <> s.account_id OR share_principals.share_ends_at IS NOT s.ends_at);
UPDATE share_principals SET status = 'disassociated', ended_at = s.deleted_at, ended_by = 'share_deleted' FROM shares AS s
WHERE s.id = share_principals.share_id AND share_principals.ended_at IS NULL AND s.status <> 'active';

-- +goose StatementBegin
CREATE TRIGGER share_principals_like_share BEFORE INSERT ON share_principals WHEN NEW.ended_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM shares s WHERE s.id = NEW.share_id AND s.account_id = NEW.account_id AND s.status = 'active' AND s.ends_at IS NEW.share_ends_at)
BEGIN
    SELECT RAISE(ABORT, 'a live association has the owner and the end of an active share');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER share_principals_stay_like_share BEFORE UPDATE OF share_id, account_id, share_ends_at, ended_at ON share_principals WHEN NEW.ended_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM shares s WHERE s.id = NEW.share_id AND s.account_id = NEW.account_id AND s.status = 'active' AND s.ends_at IS NEW.share_ends_at)
BEGIN
    SELECT RAISE(ABORT, 'a live association has the owner and the end of an active share');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER shares_end_after_associations BEFORE UPDATE OF status, account_id ON shares
    WHEN (NEW.status <> 'active' OR NEW.account_id <> OLD.account_id)
    AND EXISTS (SELECT 1 FROM share_principals sp WHERE sp.share_id = OLD.id AND sp.ended_at IS NULL)
BEGIN
    SELECT RAISE(ABORT, 'a share ends, or changes its owner, after its associations ended');
END;
-- +goose StatementEnd

-- +goose Up
-- Whose share it is stands beside the version, so that an account finds its shares that use
-- a version without looking at those of others.
ALTER TABLE share_permissions ADD COLUMN account_id text NOT NULL DEFAULT '';
UPDATE share_permissions SET account_id = (SELECT s.account_id FROM shares s WHERE s.id = share_permissions.share_id);
CREATE INDEX share_permissions_of_account ON share_permissions (account_id, version_id, share_id) WHERE ended_at IS NULL;

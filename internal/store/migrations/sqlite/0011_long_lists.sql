-- +goose Up
-- What lists and pages ask of accounts with many rows.
CREATE INDEX invitations_of_share ON invitations (share_id, receiver, created_at, id);
CREATE INDEX keys_due_of_account ON keys (account_id, deletion_at, id) WHERE state = 'pending_deletion';
CREATE INDEX secrets_by_key_name ON secrets (account_id, region, key_id, name_lower, id);
CREATE INDEX shares_with_nobody_by_name ON shares (account_id, name_lower, id) WHERE principal_count = 0 AND status = 'active';

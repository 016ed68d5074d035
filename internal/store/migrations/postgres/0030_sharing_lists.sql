-- +goose Up
-- Lists of what is shared and with whom show each principal, key and owner once: each of
-- these indexes is walked from one value to the next, whatever stands between.
CREATE INDEX share_principals_named ON share_principals (account_id, principal, created_at, share_id) WHERE ended_at IS NULL;
CREATE INDEX share_principals_inside ON share_principals (account_id, external, principal) WHERE ended_at IS NULL;
CREATE INDEX share_principals_owners ON share_principals (kind, principal, account_id, associated_at, share_id) WHERE status = 'associated';
CREATE INDEX share_resources_named ON share_resources (account_id, urn) WHERE ended_at IS NULL;

-- Shares that name a principal, hold a key or a region's, have somebody outside or use a
-- permission are read in the order of when that part came in.
CREATE INDEX share_principals_outside ON share_principals (account_id, created_at, share_id) WHERE external AND ended_at IS NULL;
CREATE INDEX share_resources_of_key_by_time ON share_resources (key_id, created_at, share_id) WHERE ended_at IS NULL;
CREATE INDEX share_resources_in_region ON share_resources (account_id, region, created_at, share_id) WHERE ended_at IS NULL;
CREATE INDEX share_permissions_by_time ON share_permissions (account_id, permission_id, created_at, share_id) WHERE ended_at IS NULL;

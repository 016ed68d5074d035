-- +goose Up
-- The list of keys filters by what a key is; each filter keeps the order by time.
CREATE INDEX keys_by_spec ON keys (account_id, region, kind, spec, created_at, id);
CREATE INDEX keys_by_usage ON keys (account_id, region, kind, usage, created_at, id);
CREATE INDEX keys_by_origin ON keys (account_id, region, kind, origin, created_at, id);

-- +goose Up
-- The shares that hold a key are read in the order of time from the index alone, so that
-- PostgreSQL never reads all of them to sort them, however few it expects.
DROP INDEX share_resources_of_key_by_time;
CREATE INDEX share_resources_of_key_by_time ON share_resources (account_id, key_id, created_at, share_id, resource_type) WHERE ended_at IS NULL;

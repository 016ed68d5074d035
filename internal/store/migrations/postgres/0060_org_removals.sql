-- +goose Up
-- When a management account removed accounts lately: only so many may be in 24 hours.
CREATE TABLE org_removals (
    management_account_id text COLLATE "C" NOT NULL,
    removed_at            timestamptz NOT NULL,
    CONSTRAINT org_removals_management_exists FOREIGN KEY (management_account_id) REFERENCES accounts (id)
);
CREATE INDEX org_removals_of_management ON org_removals (management_account_id, removed_at);
CREATE INDEX org_removals_age ON org_removals (removed_at);

-- +goose Up
-- A key deleted for good stays as a tombstone in state 'deleted'; its versions are overwritten.
CREATE TABLE keys (
    id              TEXT NOT NULL,
    account_id      TEXT NOT NULL,
    region          TEXT NOT NULL,
    kind            TEXT NOT NULL,
    name            TEXT NOT NULL,
    name_lower      TEXT NOT NULL,
    description     TEXT NOT NULL,
    spec            TEXT NOT NULL,
    usage           TEXT NOT NULL,
    origin          TEXT NOT NULL,
    state           TEXT NOT NULL,
    current_version INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    deletion_at     INTEGER,
    CONSTRAINT keys_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT keys_account_exists FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT keys_kind_known CHECK (kind IN ('custom', 'default')),
    CONSTRAINT keys_state_known CHECK (state IN ('enabled', 'disabled', 'pending_deletion', 'pending_import', 'deleted')),
    CONSTRAINT keys_deletion_has_date CHECK ((state = 'pending_deletion') = (deletion_at IS NOT NULL))
);
CREATE UNIQUE INDEX keys_name_unique_in_region ON keys (account_id, region, name) WHERE state <> 'deleted';
CREATE INDEX keys_by_created ON keys (account_id, region, kind, created_at, id);
CREATE INDEX keys_by_name ON keys (account_id, region, kind, name_lower, id);
CREATE INDEX keys_by_state ON keys (account_id, region, kind, state, created_at, id);
CREATE INDEX keys_due_deletion ON keys (deletion_at) WHERE deletion_at IS NOT NULL;

CREATE TABLE key_versions (
    key_id     TEXT NOT NULL,
    version    INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    sealed     BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT key_versions_one_row_per_version PRIMARY KEY (key_id, version),
    CONSTRAINT key_versions_key_exists FOREIGN KEY (key_id) REFERENCES keys (id)
);

CREATE TABLE key_tags (
    key_id     TEXT NOT NULL,
    account_id TEXT NOT NULL,
    tag_key    TEXT NOT NULL,
    tag_value  TEXT NOT NULL,
    CONSTRAINT key_tags_key_unique PRIMARY KEY (key_id, tag_key),
    CONSTRAINT key_tags_key_exists FOREIGN KEY (key_id) REFERENCES keys (id)
);
CREATE INDEX key_tags_search ON key_tags (account_id, tag_key, tag_value, key_id);

-- One row per thing whose data key is wrapped by a KMS key.
CREATE TABLE key_uses (
    resource_urn TEXT NOT NULL,
    key_id       TEXT NOT NULL,
    account_id   TEXT NOT NULL,
    kind         TEXT NOT NULL,
    name         TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER,
    CONSTRAINT key_uses_one_row_per_thing PRIMARY KEY (resource_urn),
    CONSTRAINT key_uses_kind_known CHECK (kind IN ('secret', 'key_pair', 'rds', 'dds', 'obs'))
);
CREATE INDEX key_uses_of_key ON key_uses (key_id, account_id, kind, name);

-- +goose Up
-- key_owner and key_name are what the account saw when the value was sealed: they name the key to whom has lost it.
CREATE TABLE secrets (
    id          TEXT NOT NULL,
    account_id  TEXT NOT NULL,
    region      TEXT NOT NULL,
    name        TEXT NOT NULL,
    name_lower  TEXT NOT NULL,
    description TEXT NOT NULL,
    type        TEXT NOT NULL,
    state       TEXT NOT NULL,
    key_id      TEXT NOT NULL,
    key_owner   TEXT NOT NULL,
    key_name    TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    CONSTRAINT secrets_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT secrets_account_exists FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT secrets_name_unique_in_region UNIQUE (account_id, region, name),
    CONSTRAINT secrets_type_known CHECK (type IN ('COMMON')),
    CONSTRAINT secrets_state_known CHECK (state IN ('enabled', 'pending_deletion'))
);
CREATE INDEX secrets_by_created ON secrets (account_id, region, created_at, id);
CREATE INDEX secrets_by_name ON secrets (account_id, region, name_lower, id);
CREATE INDEX secrets_by_key ON secrets (account_id, region, key_id, created_at, id);

-- wrapped_key is the item's data key under the KMS key (purpose 4), sealed the value under that data key.
-- size (bytes) and entries describe the value to pages that do not open it.
CREATE TABLE secret_versions (
    secret_id   TEXT NOT NULL,
    version     INTEGER NOT NULL,
    account_id  TEXT NOT NULL,
    key_id      TEXT NOT NULL,
    wrapped_key BLOB NOT NULL,
    sealed      BLOB NOT NULL,
    form        TEXT NOT NULL,
    size        INTEGER NOT NULL,
    entries     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    CONSTRAINT secret_versions_one_row_per_version PRIMARY KEY (secret_id, version),
    CONSTRAINT secret_versions_secret_exists FOREIGN KEY (secret_id) REFERENCES secrets (id),
    CONSTRAINT secret_versions_form_known CHECK (form IN ('text', 'key_value'))
);

CREATE TABLE secret_stages (
    secret_id  TEXT NOT NULL,
    stage      TEXT NOT NULL,
    version    INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT secret_stages_label_one_version PRIMARY KEY (secret_id, stage),
    CONSTRAINT secret_stages_version_exists FOREIGN KEY (secret_id, version) REFERENCES secret_versions (secret_id, version)
);

CREATE TABLE secret_tags (
    secret_id  TEXT NOT NULL,
    account_id TEXT NOT NULL,
    tag_key    TEXT NOT NULL,
    tag_value  TEXT NOT NULL,
    CONSTRAINT secret_tags_key_unique PRIMARY KEY (secret_id, tag_key),
    CONSTRAINT secret_tags_secret_exists FOREIGN KEY (secret_id) REFERENCES secrets (id)
);
CREATE INDEX secret_tags_search ON secret_tags (account_id, tag_key, tag_value, secret_id);

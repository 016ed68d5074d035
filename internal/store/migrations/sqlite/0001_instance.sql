-- +goose Up
-- Facts about this installation: whether it is a demo world, digest of the views.
CREATE TABLE instance (
    name  TEXT NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT instance_one_value_per_name PRIMARY KEY (name)
);

-- Keys that seal columns at rest, each wrapped by the root key. Sealed columns name them by id.
CREATE TABLE sealing_keys (
    id          INTEGER NOT NULL,
    wrapped     BLOB NOT NULL,
    root_key_id TEXT NOT NULL,
    state       TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    CONSTRAINT sealing_keys_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT sealing_keys_state_known CHECK (state IN ('active', 'retired'))
);
CREATE UNIQUE INDEX sealing_keys_one_active ON sealing_keys (state) WHERE state = 'active';

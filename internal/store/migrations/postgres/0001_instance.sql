-- +goose Up
-- Facts about this installation: whether it is a demo world, digest of the views.
CREATE TABLE instance (
    name  text COLLATE "C" NOT NULL,
    value text NOT NULL,
    CONSTRAINT instance_one_value_per_name PRIMARY KEY (name)
);

-- Keys that seal columns at rest, each wrapped by the root key. Sealed columns name them by id.
CREATE TABLE sealing_keys (
    id          bigint NOT NULL,
    wrapped     bytea NOT NULL,
    root_key_id text COLLATE "C" NOT NULL,
    state       text COLLATE "C" NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT sealing_keys_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT sealing_keys_state_known CHECK (state IN ('active', 'retired'))
);
CREATE UNIQUE INDEX sealing_keys_one_active ON sealing_keys (state) WHERE state = 'active';

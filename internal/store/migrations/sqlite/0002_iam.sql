-- +goose Up
CREATE TABLE accounts (
    id         TEXT NOT NULL,
    name       TEXT NOT NULL,
    name_lower TEXT NOT NULL,
    demo       INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT accounts_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT accounts_name_unique UNIQUE (name_lower),
    CONSTRAINT accounts_id_shape CHECK (length(id) = 32)
);

CREATE TABLE users (
    id                   TEXT NOT NULL,
    account_id           TEXT NOT NULL,
    name                 TEXT NOT NULL,
    name_lower           TEXT NOT NULL,
    kind                 TEXT NOT NULL,
    state                TEXT NOT NULL,
    password_hash        TEXT NOT NULL,
    must_change_password INTEGER NOT NULL,
    policy_version       INTEGER NOT NULL,
    created_at           INTEGER NOT NULL,
    CONSTRAINT users_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT users_account_exists FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT users_name_unique_in_account UNIQUE (account_id, name_lower),
    CONSTRAINT users_kind_known CHECK (kind IN ('root', 'iam')),
    CONSTRAINT users_state_known CHECK (state IN ('enabled', 'disabled'))
);

CREATE TABLE user_policies (
    user_id TEXT NOT NULL,
    policy  TEXT NOT NULL,
    CONSTRAINT user_policies_held_once PRIMARY KEY (user_id, policy),
    CONSTRAINT user_policies_user_exists FOREIGN KEY (user_id) REFERENCES users (id)
);

CREATE TABLE sign_ins (
    id           TEXT NOT NULL,
    token_hash   BLOB NOT NULL,
    user_id      TEXT NOT NULL,
    account_id   TEXT NOT NULL,
    address      TEXT NOT NULL,
    agent        TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER,
    CONSTRAINT sign_ins_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT sign_ins_token_unique UNIQUE (token_hash),
    CONSTRAINT sign_ins_user_exists FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX sign_ins_of_user ON sign_ins (user_id, created_at);
CREATE INDEX sign_ins_expiry ON sign_ins (expires_at);

-- Password checks that failed or are under way, per account (as typed when unknown), user and
-- address, so that nobody can lock out another.
CREATE TABLE sign_in_delays (
    account     TEXT NOT NULL,
    user_name   TEXT NOT NULL,
    address     TEXT NOT NULL,
    failures    INTEGER NOT NULL,
    retry_at    INTEGER NOT NULL,
    CONSTRAINT sign_in_delays_one_row_per_try PRIMARY KEY (account, user_name, address)
);

-- region is '' for kinds that have none. The row is locked first of all by acts that count.
CREATE TABLE account_quotas (
    account_id TEXT NOT NULL,
    kind       TEXT NOT NULL,
    region     TEXT NOT NULL,
    quota      INTEGER NOT NULL,
    used       INTEGER NOT NULL,
    CONSTRAINT account_quotas_one_row_per_kind PRIMARY KEY (account_id, kind, region),
    CONSTRAINT account_quotas_account_exists FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT account_quotas_used_not_negative CHECK (used >= 0)
);

CREATE TABLE account_principals (
    account_id TEXT NOT NULL,
    kind       TEXT NOT NULL,
    principal  TEXT NOT NULL,
    CONSTRAINT account_principals_held_once PRIMARY KEY (account_id, kind, principal),
    CONSTRAINT account_principals_account_exists FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT account_principals_kind_known CHECK (kind IN ('account', 'ou', 'organization'))
);
CREATE INDEX account_principals_holders ON account_principals (kind, principal, account_id);

-- Idempotency: what an act made when it first came with this key.
CREATE TABLE once_keys (
    account_id TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    act        TEXT NOT NULL,
    key        TEXT NOT NULL,
    urn        TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT once_keys_made_once PRIMARY KEY (account_id, user_id, act, key)
);
CREATE INDEX once_keys_age ON once_keys (created_at);

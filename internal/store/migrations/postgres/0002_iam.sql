-- +goose Up
CREATE TABLE accounts (
    id         text COLLATE "C" NOT NULL,
    name       text COLLATE "C" NOT NULL,
    name_lower text COLLATE "C" NOT NULL,
    demo       boolean NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT accounts_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT accounts_name_unique UNIQUE (name_lower),
    CONSTRAINT accounts_id_shape CHECK (length(id) = 32)
);

CREATE TABLE users (
    id                   text COLLATE "C" NOT NULL,
    account_id           text COLLATE "C" NOT NULL,
    name                 text COLLATE "C" NOT NULL,
    name_lower           text COLLATE "C" NOT NULL,
    kind                 text COLLATE "C" NOT NULL,
    state                text COLLATE "C" NOT NULL,
    password_hash        text NOT NULL,
    must_change_password boolean NOT NULL,
    policy_version       bigint NOT NULL,
    created_at           timestamptz NOT NULL,
    CONSTRAINT users_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT users_account_exists FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT users_name_unique_in_account UNIQUE (account_id, name_lower),
    CONSTRAINT users_kind_known CHECK (kind IN ('root', 'iam')),
    CONSTRAINT users_state_known CHECK (state IN ('enabled', 'disabled'))
);

CREATE TABLE user_policies (
    user_id text COLLATE "C" NOT NULL,
    policy  text COLLATE "C" NOT NULL,
    CONSTRAINT user_policies_held_once PRIMARY KEY (user_id, policy),
    CONSTRAINT user_policies_user_exists FOREIGN KEY (user_id) REFERENCES users (id)
);

CREATE TABLE sign_ins (
    id           uuid NOT NULL,
    token_hash   bytea NOT NULL,
    user_id      text COLLATE "C" NOT NULL,
    account_id   text COLLATE "C" NOT NULL,
    address      text NOT NULL,
    agent        text NOT NULL,
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    CONSTRAINT sign_ins_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT sign_ins_token_unique UNIQUE (token_hash),
    CONSTRAINT sign_ins_user_exists FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX sign_ins_of_user ON sign_ins (user_id, created_at);
CREATE INDEX sign_ins_expiry ON sign_ins (expires_at);

-- Password checks that failed or are under way, per account (as typed when unknown), user and
-- address, so that nobody can lock out another.
CREATE TABLE sign_in_delays (
    account     text COLLATE "C" NOT NULL,
    user_name   text COLLATE "C" NOT NULL,
    address     text COLLATE "C" NOT NULL,
    failures    bigint NOT NULL,
    retry_at    timestamptz NOT NULL,
    CONSTRAINT sign_in_delays_one_row_per_try PRIMARY KEY (account, user_name, address)
);

-- region is '' for kinds that have none. The row is locked first of all by acts that count.
CREATE TABLE account_quotas (
    account_id text COLLATE "C" NOT NULL,
    kind       text COLLATE "C" NOT NULL,
    region     text COLLATE "C" NOT NULL,
    quota      bigint NOT NULL,
    used       bigint NOT NULL,
    CONSTRAINT account_quotas_one_row_per_kind PRIMARY KEY (account_id, kind, region),
    CONSTRAINT account_quotas_account_exists FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT account_quotas_used_not_negative CHECK (used >= 0)
);

CREATE TABLE account_principals (
    account_id text COLLATE "C" NOT NULL,
    kind       text COLLATE "C" NOT NULL,
    principal  text COLLATE "C" NOT NULL,
    CONSTRAINT account_principals_held_once PRIMARY KEY (account_id, kind, principal),
    CONSTRAINT account_principals_account_exists FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT account_principals_kind_known CHECK (kind IN ('account', 'ou', 'organization'))
);
CREATE INDEX account_principals_holders ON account_principals (kind, principal, account_id);

-- Idempotency: what an act made when it first came with this key.
CREATE TABLE once_keys (
    account_id text COLLATE "C" NOT NULL,
    user_id    text COLLATE "C" NOT NULL,
    act        text COLLATE "C" NOT NULL,
    key        text COLLATE "C" NOT NULL,
    urn        text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT once_keys_made_once PRIMARY KEY (account_id, user_id, act, key)
);
CREATE INDEX once_keys_age ON once_keys (created_at);

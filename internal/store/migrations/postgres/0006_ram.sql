-- +goose Up
-- account_id is '' for permissions that the console brings along.
CREATE TABLE permissions (
    id            uuid NOT NULL,
    account_id    text COLLATE "C" NOT NULL,
    name          text COLLATE "C" NOT NULL,
    resource_type text COLLATE "C" NOT NULL,
    type          text COLLATE "C" NOT NULL,
    is_default    boolean NOT NULL,
    created_at    timestamptz NOT NULL,
    CONSTRAINT permissions_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT permissions_name_unique UNIQUE (account_id, name),
    CONSTRAINT permissions_type_known CHECK (type IN ('RAM_MANAGED', 'CUSTOMER_MANAGED'))
);
CREATE UNIQUE INDEX permissions_one_default_per_type ON permissions (resource_type) WHERE is_default AND account_id = '';

CREATE TABLE permission_versions (
    id              uuid NOT NULL,
    permission_id   uuid NOT NULL,
    version         bigint NOT NULL,
    default_version boolean NOT NULL,
    created_at      timestamptz NOT NULL,
    CONSTRAINT permission_versions_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT permission_versions_number_unique UNIQUE (permission_id, version),
    CONSTRAINT permission_versions_permission_exists FOREIGN KEY (permission_id) REFERENCES permissions (id)
);
CREATE UNIQUE INDEX permission_versions_one_default ON permission_versions (permission_id) WHERE default_version;

CREATE TABLE permission_version_actions (
    version_id uuid NOT NULL,
    action     text COLLATE "C" NOT NULL,
    CONSTRAINT permission_version_actions_listed_once PRIMARY KEY (version_id, action),
    CONSTRAINT permission_version_actions_version_exists FOREIGN KEY (version_id) REFERENCES permission_versions (id)
);

-- version is raised by changes of the owner only.
CREATE TABLE shares (
    id              uuid NOT NULL,
    account_id      text COLLATE "C" NOT NULL,
    name            text COLLATE "C" NOT NULL,
    name_lower      text COLLATE "C" NOT NULL,
    description     text NOT NULL,
    allow_external  boolean NOT NULL,
    status          text COLLATE "C" NOT NULL,
    version         bigint NOT NULL,
    resource_count  bigint NOT NULL,
    principal_count bigint NOT NULL,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    deleted_at      timestamptz,
    CONSTRAINT shares_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT shares_account_exists FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT shares_status_known CHECK (status IN ('active', 'deleted')),
    CONSTRAINT shares_deleted_has_date CHECK ((status = 'deleted') = (deleted_at IS NOT NULL))
);
CREATE INDEX shares_by_name ON shares (account_id, status, name_lower, id);
CREATE INDEX shares_with_nobody ON shares (account_id, created_at, id) WHERE principal_count = 0 AND status = 'active';
CREATE INDEX shares_past ON shares (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX shares_by_status ON shares (account_id, status, created_at, id);

CREATE TABLE share_tags (
    share_id   uuid NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    tag_key    text COLLATE "C" NOT NULL,
    tag_value  text COLLATE "C" NOT NULL,
    CONSTRAINT share_tags_key_unique PRIMARY KEY (share_id, tag_key),
    CONSTRAINT share_tags_share_exists FOREIGN KEY (share_id) REFERENCES shares (id)
);
CREATE INDEX share_tags_search ON share_tags (account_id, tag_key, tag_value, share_id);

-- Associations are history: an ended row stays, uniqueness holds over live rows only.
CREATE TABLE share_resources (
    id             uuid NOT NULL,
    share_id       uuid NOT NULL,
    account_id     text COLLATE "C" NOT NULL,
    resource_type  text COLLATE "C" NOT NULL,
    urn            text COLLATE "C" NOT NULL,
    key_id         uuid NOT NULL,
    region         text COLLATE "C" NOT NULL,
    status         text COLLATE "C" NOT NULL,
    status_message text NOT NULL,
    created_at     timestamptz NOT NULL,
    ended_at       timestamptz,
    CONSTRAINT share_resources_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT share_resources_share_exists FOREIGN KEY (share_id) REFERENCES shares (id),
    CONSTRAINT share_resources_key_exists FOREIGN KEY (key_id) REFERENCES keys (id),
    CONSTRAINT share_resources_status_known CHECK (status IN ('associated', 'disassociated')),
    CONSTRAINT share_resources_ended_has_date CHECK ((status = 'disassociated') = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX share_resources_live_once ON share_resources (share_id, urn) WHERE ended_at IS NULL;
CREATE INDEX share_resources_of_share ON share_resources (share_id, created_at, id);
CREATE INDEX share_resources_past ON share_resources (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX share_resources_of_key ON share_resources (key_id, share_id) WHERE ended_at IS NULL;
CREATE INDEX share_resources_ended_of_key ON share_resources (key_id, share_id) WHERE ended_at IS NOT NULL;

-- organization_id and sharing_epoch are set for associations made through the organization only.
CREATE TABLE share_principals (
    id              uuid NOT NULL,
    share_id        uuid NOT NULL,
    account_id      text COLLATE "C" NOT NULL,
    kind            text COLLATE "C" NOT NULL,
    principal       text COLLATE "C" NOT NULL,
    external        boolean NOT NULL,
    status          text COLLATE "C" NOT NULL,
    status_message  text NOT NULL,
    organization_id text COLLATE "C",
    sharing_epoch   bigint,
    created_at      timestamptz NOT NULL,
    associated_at   timestamptz,
    ends_at         timestamptz,
    ended_at        timestamptz,
    ended_by        text COLLATE "C" NOT NULL,
    CONSTRAINT share_principals_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT share_principals_share_exists FOREIGN KEY (share_id) REFERENCES shares (id),
    CONSTRAINT share_principals_kind_known CHECK (kind IN ('account', 'ou', 'organization')),
    CONSTRAINT share_principals_status_known CHECK (status IN ('associating', 'associated', 'disassociated')),
    CONSTRAINT share_principals_ended_has_date CHECK ((status = 'disassociated') = (ended_at IS NOT NULL)),
    CONSTRAINT share_principals_ended_by_known CHECK (ended_by IN ('', 'left', 'removed', 'rejected', 'expired', 'cancelled', 'share_deleted', 'sharing_disabled', 'organization_left', 'unit_deleted')),
    CONSTRAINT share_principals_epoch_with_organization CHECK ((organization_id IS NULL) = (sharing_epoch IS NULL))
);
CREATE UNIQUE INDEX share_principals_live_once ON share_principals (share_id, kind, principal) WHERE ended_at IS NULL;
CREATE INDEX share_principals_of_share ON share_principals (share_id, created_at, id);
CREATE INDEX share_principals_past ON share_principals (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX share_principals_ended ON share_principals (kind, principal, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX share_principals_reach ON share_principals (kind, principal, share_id) WHERE status = 'associated';
CREATE INDEX share_principals_received ON share_principals (kind, principal, associated_at, share_id) WHERE status = 'associated';

CREATE TABLE share_permissions (
    id            uuid NOT NULL,
    share_id      uuid NOT NULL,
    resource_type text COLLATE "C" NOT NULL,
    permission_id uuid NOT NULL,
    version_id    uuid NOT NULL,
    created_at    timestamptz NOT NULL,
    ended_at      timestamptz,
    CONSTRAINT share_permissions_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT share_permissions_share_exists FOREIGN KEY (share_id) REFERENCES shares (id),
    CONSTRAINT share_permissions_permission_exists FOREIGN KEY (permission_id) REFERENCES permissions (id),
    CONSTRAINT share_permissions_version_exists FOREIGN KEY (version_id) REFERENCES permission_versions (id)
);
CREATE UNIQUE INDEX share_permissions_one_per_type ON share_permissions (share_id, resource_type) WHERE ended_at IS NULL;
CREATE INDEX share_permissions_past ON share_permissions (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX share_permissions_of_permission ON share_permissions (permission_id, share_id);

-- Expiry is computed at read time too: a row that is 'pending' after expires_at is expired.
CREATE TABLE invitations (
    id             uuid NOT NULL,
    share_id       uuid NOT NULL,
    association_id uuid NOT NULL,
    sender         text COLLATE "C" NOT NULL,
    receiver       text COLLATE "C" NOT NULL,
    status         text COLLATE "C" NOT NULL,
    note           text NOT NULL,
    created_at     timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL,
    answered_at    timestamptz,
    CONSTRAINT invitations_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT invitations_association_invited_once UNIQUE (association_id),
    CONSTRAINT invitations_share_exists FOREIGN KEY (share_id) REFERENCES shares (id),
    CONSTRAINT invitations_association_exists FOREIGN KEY (association_id) REFERENCES share_principals (id),
    CONSTRAINT invitations_status_known CHECK (status IN ('pending', 'accepted', 'rejected', 'expired', 'cancelled'))
);
CREATE UNIQUE INDEX invitations_one_pending ON invitations (share_id, receiver) WHERE status = 'pending';
CREATE INDEX invitations_of_receiver ON invitations (receiver, status, created_at, id);
CREATE INDEX invitations_of_sender ON invitations (sender, status, created_at, id);
CREATE INDEX invitations_answered ON invitations (sender, answered_at);
CREATE INDEX invitations_due ON invitations (expires_at) WHERE status = 'pending';

-- data is the unfinished form as JSON; version is compared and set by each step.
CREATE TABLE share_drafts (
    id         uuid NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    user_id    text COLLATE "C" NOT NULL,
    version    bigint NOT NULL,
    data       text NOT NULL,
    share_id   uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT share_drafts_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT share_drafts_user_exists FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX share_drafts_of_user ON share_drafts (user_id, updated_at, id);
CREATE INDEX share_drafts_due ON share_drafts (expires_at);

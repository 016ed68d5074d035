-- +goose Up
-- ends_at of a share ends the access of all its principals at that moment; so does
-- ends_at of one of them. retain_on_leave: accounts of the organization are invited like
-- others, so that leaving the organization does not end their access.
ALTER TABLE shares ADD COLUMN ends_at INTEGER;
ALTER TABLE shares ADD COLUMN retain_on_leave INTEGER NOT NULL DEFAULT 0;
CREATE INDEX shares_by_end ON shares (account_id, ends_at, id) WHERE ends_at IS NOT NULL AND status = 'active';
CREATE INDEX shares_ending ON shares (ends_at) WHERE ends_at IS NOT NULL AND status = 'active';
CREATE INDEX share_principals_by_end ON share_principals (account_id, ends_at, share_id) WHERE ends_at IS NOT NULL AND ended_at IS NULL;
CREATE INDEX share_principals_ending ON share_principals (ends_at) WHERE ends_at IS NOT NULL AND ended_at IS NULL;

-- What the receiver said when rejecting; the owner reads it.
ALTER TABLE invitations ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- A deleted permission keeps its row for the history of shares; its name is free again,
-- because deleting adds to it.
ALTER TABLE permissions ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE permissions ADD COLUMN deleted_at INTEGER;
ALTER TABLE permission_versions ADD COLUMN deleted_at INTEGER;
CREATE INDEX share_permissions_of_version ON share_permissions (version_id, share_id) WHERE ended_at IS NULL;

-- Invitations into an organization, kept a year. The organization may be gone by then,
-- so its name stands here and no foreign key does.
CREATE TABLE org_invitations (
    id                TEXT NOT NULL,
    organization_id   TEXT NOT NULL,
    organization_name TEXT NOT NULL,
    sender            TEXT NOT NULL,
    receiver          TEXT NOT NULL,
    status            TEXT NOT NULL,
    note              TEXT NOT NULL,
    created_at        INTEGER NOT NULL,
    expires_at        INTEGER NOT NULL,
    answered_at       INTEGER,
    CONSTRAINT org_invitations_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT org_invitations_sender_exists FOREIGN KEY (sender) REFERENCES accounts (id),
    CONSTRAINT org_invitations_receiver_exists FOREIGN KEY (receiver) REFERENCES accounts (id),
    CONSTRAINT org_invitations_status_known CHECK (status IN ('pending', 'accepted', 'declined', 'cancelled', 'expired'))
);
CREATE UNIQUE INDEX org_invitations_one_pending ON org_invitations (organization_id, receiver) WHERE status = 'pending';
CREATE INDEX org_invitations_of_receiver ON org_invitations (receiver, status, created_at, id);
CREATE INDEX org_invitations_of_organization ON org_invitations (organization_id, created_at, id);
CREATE INDEX org_invitations_due ON org_invitations (expires_at) WHERE status = 'pending';

-- Links to a calendar of what ends. The link's token is kept hashed, and the row acts for
-- its user.
CREATE TABLE calendar_feeds (
    id         TEXT NOT NULL,
    account_id TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    read_at    INTEGER,
    revoked_at INTEGER,
    CONSTRAINT calendar_feeds_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT calendar_feeds_user_exists FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE UNIQUE INDEX calendar_feeds_by_token ON calendar_feeds (token_hash);
CREATE INDEX calendar_feeds_of_user ON calendar_feeds (user_id, created_at, id);

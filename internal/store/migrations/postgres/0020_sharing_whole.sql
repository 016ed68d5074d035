-- +goose Up
-- ends_at of a share ends the access of all its principals at that moment; so does
-- ends_at of one of them. retain_on_leave: accounts of the organization are invited like
-- others, so that leaving the organization does not end their access.
ALTER TABLE shares ADD COLUMN ends_at timestamptz;
ALTER TABLE shares ADD COLUMN retain_on_leave boolean NOT NULL DEFAULT false;
CREATE INDEX shares_by_end ON shares (account_id, ends_at, id) WHERE ends_at IS NOT NULL AND status = 'active';
CREATE INDEX shares_ending ON shares (ends_at) WHERE ends_at IS NOT NULL AND status = 'active';
CREATE INDEX share_principals_by_end ON share_principals (account_id, ends_at, share_id) WHERE ends_at IS NOT NULL AND ended_at IS NULL;
CREATE INDEX share_principals_ending ON share_principals (ends_at) WHERE ends_at IS NOT NULL AND ended_at IS NULL;

-- What the receiver said when rejecting; the owner reads it.
ALTER TABLE invitations ADD COLUMN reason text NOT NULL DEFAULT '';

-- A deleted permission keeps its row for the history of shares; its name is free again,
-- because deleting adds to it.
ALTER TABLE permissions ADD COLUMN description text NOT NULL DEFAULT '';
ALTER TABLE permissions ADD COLUMN deleted_at timestamptz;
ALTER TABLE permission_versions ADD COLUMN deleted_at timestamptz;
CREATE INDEX share_permissions_of_version ON share_permissions (version_id, share_id) WHERE ended_at IS NULL;

-- Invitations into an organization, kept a year. The organization may be gone by then,
-- so its name stands here and no foreign key does.
CREATE TABLE org_invitations (
    id                text COLLATE "C" NOT NULL,
    organization_id   text COLLATE "C" NOT NULL,
    organization_name text COLLATE "C" NOT NULL,
    sender            text COLLATE "C" NOT NULL,
    receiver          text COLLATE "C" NOT NULL,
    status            text COLLATE "C" NOT NULL,
    note              text NOT NULL,
    created_at        timestamptz NOT NULL,
    expires_at        timestamptz NOT NULL,
    answered_at       timestamptz,
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
    id         uuid NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    user_id    text COLLATE "C" NOT NULL,
    token_hash text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    read_at    timestamptz,
    revoked_at timestamptz,
    CONSTRAINT calendar_feeds_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT calendar_feeds_user_exists FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE UNIQUE INDEX calendar_feeds_by_token ON calendar_feeds (token_hash);
CREATE INDEX calendar_feeds_of_user ON calendar_feeds (user_id, created_at, id);

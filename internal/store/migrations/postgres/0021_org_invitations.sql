-- +goose Up
-- An invitation names an account by ID or by name. One by a name that nobody has stands
-- here like any other, without receiver, so that inviting tells nobody which names exist;
-- one by ID and one by name of the same account may therefore wait side by side. Nothing
-- wrote the table before, so it is made anew.
DROP TABLE org_invitations;
CREATE TABLE org_invitations (
    id                text COLLATE "C" NOT NULL,
    organization_id   text COLLATE "C" NOT NULL,
    organization_name text COLLATE "C" NOT NULL,
    sender            text COLLATE "C" NOT NULL,
    target            text NOT NULL,
    target_lower      text COLLATE "C" NOT NULL,
    receiver          text COLLATE "C",
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
CREATE UNIQUE INDEX org_invitations_one_pending ON org_invitations (organization_id, target_lower) WHERE status = 'pending';
CREATE INDEX org_invitations_of_receiver ON org_invitations (receiver, status, created_at, id);
CREATE INDEX org_invitations_of_organization ON org_invitations (organization_id, created_at, id);
CREATE INDEX org_invitations_due ON org_invitations (expires_at) WHERE status = 'pending';
CREATE INDEX org_invitations_age ON org_invitations (created_at);

-- What an organization carries, for the events that end it; and the highest use of what a
-- share may hold.
CREATE INDEX share_principals_carried ON share_principals (organization_id, account_id, share_id) WHERE organization_id IS NOT NULL AND ended_at IS NULL;
CREATE INDEX shares_by_resources ON shares (account_id, resource_count) WHERE status = 'active';
CREATE INDEX shares_by_principals ON shares (account_id, principal_count) WHERE status = 'active';

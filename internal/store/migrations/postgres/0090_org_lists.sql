-- +goose Up
-- How an account came into its organization stays known when its invitation, kept a year, is
-- gone. Members are listed in the order in which they joined.
ALTER TABLE org_memberships ADD COLUMN join_method text NOT NULL DEFAULT 'invited'
    CONSTRAINT org_memberships_join_method_known CHECK (join_method IN ('created', 'invited'));
UPDATE org_memberships SET join_method = 'created'
WHERE NOT EXISTS (SELECT 1 FROM org_invitations AS i WHERE i.receiver = org_memberships.account_id AND i.organization_id = org_memberships.organization_id AND i.status = 'accepted');
CREATE INDEX org_memberships_by_time ON org_memberships (organization_id, joined_at, account_id);

ANALYZE org_memberships;

-- How an association was made: by invitation, or through the organization.
CREATE VIEW share_principals_made AS
SELECT id, organization_id FROM share_principals;

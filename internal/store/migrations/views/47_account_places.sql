CREATE VIEW account_places AS
SELECT m.account_id, m.organization_id, o.name AS organization_name, u.id AS unit_id, u.name AS unit_name,
       u.parent_id AS unit_parent_id, o.management_account_id
FROM org_memberships m
JOIN organizations o ON o.id = m.organization_id
JOIN org_units u ON u.id = m.unit_id;

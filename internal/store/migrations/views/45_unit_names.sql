-- Names of organizational units by the URN that names them as a principal; the root is
-- named by its organization.
CREATE VIEW unit_names AS
SELECT urn, name, organization_id FROM org_units WHERE parent_id IS NOT NULL;

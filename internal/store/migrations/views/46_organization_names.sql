-- Names of organizations by the URN that names them as a principal.
CREATE VIEW organization_names AS
SELECT urn, name, id AS organization_id FROM organizations;

-- Names of shares that live associations bring to a principal, in lower case.
CREATE VIEW received_names AS
SELECT kind, principal, share_name, share_id FROM share_principals WHERE status = 'associated';

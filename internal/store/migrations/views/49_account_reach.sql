-- By which principals shares can reach an account: its own ID, its units, its organization.
CREATE VIEW account_reach AS
SELECT account_id, kind, principal FROM account_principals;

-- Names of accounts, for rows that the asking account may know.
CREATE VIEW account_names AS
SELECT id, name, name_lower FROM accounts;

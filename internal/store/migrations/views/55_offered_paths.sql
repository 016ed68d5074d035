-- By which shares live associations offer a key to a principal. Whether one leads to the
-- key now is asked of key_access; counts and candidates ask live_principals.
CREATE VIEW offered_paths AS
SELECT kind, principal, key_id, share_id, association_id, since FROM principal_paths;

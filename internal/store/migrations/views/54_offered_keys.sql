-- Keys that live associations offer a principal, in the orders of lists. Whether one can be
-- used is asked of key_access; counts and candidates ask live_principals.
CREATE VIEW offered_keys AS
SELECT kind, principal, key_id, owner_id, region, name_lower, since, state, spec, usage, origin FROM principal_keys;

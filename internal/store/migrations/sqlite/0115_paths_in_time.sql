-- +goose Up
-- A list of received keys shows each where it came last: whether it came later by another
-- way is looked up from the time of the one at hand on.
CREATE INDEX principal_paths_by_since ON principal_paths (kind, principal, key_id, since, association_id);

-- The keys that an owner shares with one principal are listed in the order of their URNs.
CREATE INDEX principal_keys_of_owner ON principal_keys (kind, principal, owner_id, region, key_id);

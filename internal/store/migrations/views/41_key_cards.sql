-- What other rooms show of a key: never its material.
CREATE VIEW key_cards AS
SELECT id, account_id, region, kind, name, name_lower, spec, usage, origin, state, created_at, deletion_at FROM keys;

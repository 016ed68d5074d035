-- Active shares that hold a key, for the key's owner. One whose end has come reaches nobody.
CREATE VIEW key_shares AS
SELECT sr.key_id AS key_id,
       sr.account_id AS account_id,
       sr.share_id AS share_id,
       s.name AS share_name,
       s.principal_count AS principal_count,
       pc.name AS permission,
       pc.version AS version,
       sr.created_at AS since,
       s.ends_at AS ends_at
FROM share_resources sr
JOIN shares s ON s.id = sr.share_id AND s.status = 'active'
JOIN share_permissions sp ON sp.share_id = sr.share_id AND sp.resource_type = sr.resource_type AND sp.ended_at IS NULL
JOIN permission_cards pc ON pc.version_id = sp.version_id
WHERE sr.ended_at IS NULL;

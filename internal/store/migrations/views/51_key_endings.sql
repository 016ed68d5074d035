-- How an account came to lose a path to another's key: it was a party of the share, and
-- either its association or the key's ended. Only the reader's own account may be asked for.
CREATE VIEW key_endings AS
SELECT ap.account_id AS account_id, sr.key_id AS key_id, s.id AS share_id, s.name AS share_name, sp.ended_by AS ended_by, sp.ended_at AS ended_at
FROM share_resources sr
JOIN shares s ON s.id = sr.share_id
JOIN share_principals sp ON sp.share_id = sr.share_id AND sp.ended_at IS NOT NULL AND sp.associated_at IS NOT NULL
JOIN account_principals ap ON ap.kind = sp.kind AND ap.principal = sp.principal
WHERE sr.ended_at IS NULL
UNION ALL
SELECT ap.account_id, sr.key_id, s.id, s.name, sp.ended_by, sp.ended_at
FROM share_resources sr
JOIN shares s ON s.id = sr.share_id
JOIN share_principals sp ON sp.share_id = sr.share_id AND sp.ended_at IS NOT NULL AND sp.associated_at IS NOT NULL
JOIN account_principals ap ON ap.kind = sp.kind AND ap.principal = sp.principal
WHERE sr.ended_at IS NOT NULL AND sp.ended_at <= sr.ended_at
UNION ALL
SELECT ap.account_id, sr.key_id, s.id, s.name, 'key_removed', sr.ended_at
FROM share_resources sr
JOIN shares s ON s.id = sr.share_id
JOIN share_principals sp ON sp.share_id = sr.share_id AND sp.associated_at IS NOT NULL AND (sp.ended_at IS NULL OR sp.ended_at > sr.ended_at)
JOIN account_principals ap ON ap.kind = sp.kind AND ap.principal = sp.principal
WHERE sr.ended_at IS NOT NULL;

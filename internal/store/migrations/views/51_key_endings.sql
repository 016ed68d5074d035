-- How an account came to lose a path to another's key: it was a party of the share, and
-- either its association or the key's ended, and both were there together before. Only the reader's own account may be asked for.
-- A share is told by the name that it had when the association ended. Who was in a unit
-- then is not kept, so nothing is told of paths through units, which an account may have
-- come to later; of those through the organization, only to accounts that had joined it.
CREATE VIEW key_endings AS
SELECT e.account_id AS account_id, e.key_id AS key_id, e.share_id AS share_id, e.share_name AS share_name, e.ended_by AS ended_by, e.ended_at AS ended_at
FROM (
    SELECT ap.account_id, ap.kind, sr.key_id, s.id AS share_id, coalesce(sp.past_name, s.name) AS share_name, sp.ended_by, sp.ended_at
    FROM share_resources sr
    JOIN shares s ON s.id = sr.share_id
    JOIN share_principals sp ON sp.share_id = sr.share_id AND sp.ended_at IS NOT NULL AND sp.associated_at IS NOT NULL
    JOIN account_principals ap ON ap.kind = sp.kind AND ap.principal = sp.principal
    WHERE sr.ended_at IS NULL AND sr.created_at <= sp.ended_at
    UNION ALL
    SELECT ap.account_id, ap.kind, sr.key_id, s.id, coalesce(sp.past_name, s.name), sp.ended_by, sp.ended_at
    FROM share_resources sr
    JOIN shares s ON s.id = sr.share_id
    JOIN share_principals sp ON sp.share_id = sr.share_id AND sp.ended_at IS NOT NULL AND sp.associated_at IS NOT NULL
    JOIN account_principals ap ON ap.kind = sp.kind AND ap.principal = sp.principal
    WHERE sr.ended_at IS NOT NULL AND sp.ended_at <= sr.ended_at AND sr.created_at <= sp.ended_at
    UNION ALL
    SELECT ap.account_id, ap.kind, sr.key_id, s.id, coalesce(sp.past_name, s.name), 'key_removed', sr.ended_at
    FROM share_resources sr
    JOIN shares s ON s.id = sr.share_id
    JOIN share_principals sp ON sp.share_id = sr.share_id AND sp.associated_at <= sr.ended_at AND (sp.ended_at IS NULL OR sp.ended_at > sr.ended_at)
    JOIN account_principals ap ON ap.kind = sp.kind AND ap.principal = sp.principal
    WHERE sr.ended_at IS NOT NULL
) AS e
WHERE e.kind = 'account' OR (e.kind = 'organization' AND EXISTS (SELECT 1 FROM org_memberships m WHERE m.account_id = e.account_id AND m.joined_at <= e.ended_at));

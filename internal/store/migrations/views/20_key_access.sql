-- Effective access: which account may use which foreign key, by which path and under
-- which version of a permission. Whoever reads it compares ends_at with an instant: the
-- queries of iam, and the one of kms that tells who can use a key.
-- The owner is compared in a form that no index serves: or else PostgreSQL reads all shares
-- of the key's owner for each look at one key.
CREATE VIEW key_access AS
SELECT lp.account_id AS account_id,
       CAST(NULL AS text) AS user_id,
       sr.key_id AS key_id,
       lp.share_id AS share_id,
       lp.association_id AS association_id,
       CAST(NULL AS text) AS grant_id,
       p.version_id AS permission_version_id,
       lp.path AS path,
       CASE WHEN sr.created_at > lp.since THEN sr.created_at ELSE lp.since END AS since,
       lp.ends_at AS ends_at
FROM live_principals lp
JOIN share_resources sr ON sr.share_id = lp.share_id AND sr.ended_at IS NULL
JOIN keys k ON k.id = sr.key_id AND k.account_id IS NOT DISTINCT FROM lp.owner_id AND k.state <> 'deleted'
JOIN share_permissions p ON p.share_id = lp.share_id AND p.resource_type = sr.resource_type AND p.ended_at IS NULL;

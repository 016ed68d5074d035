-- Who besides its owner is related to a share: parties of a live association, and
-- receivers of an invitation that still waits. Only the gate reads it, with the end times.
CREATE VIEW share_access AS
SELECT lp.share_id AS share_id,
       lp.account_id AS account_id,
       'party' AS role,
       lp.ends_at AS ends_at
FROM live_principals lp
UNION ALL
SELECT i.share_id AS share_id,
       i.receiver AS account_id,
       'invited' AS role,
       CASE WHEN s.ends_at < i.expires_at THEN s.ends_at ELSE i.expires_at END AS ends_at
FROM invitations i
JOIN shares s ON s.id = i.share_id AND s.status = 'active'
WHERE i.status = 'pending';

-- Steps of the main job that an account has done, for the guided tour of the demo world:
-- 1 a key, 2 a share, 3 an accepted invitation, 4 a thing under another account's key,
-- 5 a share it left. Read with a condition on account_id.
CREATE VIEW tour_facts AS
SELECT account_id, 1 AS step FROM keys WHERE kind = 'custom'
UNION ALL
SELECT account_id, 2 FROM shares
UNION ALL
SELECT receiver, 3 FROM invitations WHERE status = 'accepted'
UNION ALL
SELECT u.account_id, 4 FROM key_uses u JOIN keys k ON k.id = u.key_id WHERE k.account_id <> u.account_id
UNION ALL
SELECT principal, 5 FROM share_principals WHERE kind = 'account' AND ended_by = 'left';

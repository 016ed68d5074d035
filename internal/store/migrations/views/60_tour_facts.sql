-- Steps of the main job and when an account did them, for the guided tour of the demo
-- world: 1 a key, 2 a share, 3 an accepted invitation, 4 a thing under another account's
-- key, 5 a share it left. Read with conditions on step and at.
CREATE VIEW tour_facts AS
SELECT 1 AS step, created_at AS at FROM keys WHERE kind = 'custom'
UNION ALL
SELECT 2, created_at FROM shares
UNION ALL
SELECT 3, answered_at FROM invitations WHERE status = 'accepted'
UNION ALL
SELECT 4, u.created_at FROM key_uses u JOIN keys k ON k.id = u.key_id WHERE k.account_id <> u.account_id
UNION ALL
SELECT 5, ended_at FROM share_principals WHERE kind = 'account' AND ended_by = 'left';

-- A version of a permission, under the permission's name.
CREATE VIEW permission_cards AS
SELECT v.id AS version_id,
       p.id AS permission_id,
       p.name AS name,
       v.version AS version,
       (SELECT count(*) FROM permission_version_actions a WHERE a.version_id = v.id) AS action_count
FROM permission_versions v
JOIN permissions p ON p.id = v.permission_id;

-- Which actions a version of a permission allows, one row each.
CREATE VIEW permission_actions AS
SELECT version_id, action FROM permission_version_actions;

-- The switch of each organization, and the epoch an association must be of to live.
CREATE VIEW sharing_switches AS
SELECT id, sharing_enabled, sharing_epoch FROM organizations;

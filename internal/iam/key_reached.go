package iam

// KeyReached is the query that counts the principals that can use a key, each once. It takes the
// key, which is there, the time and how many are enough.
const KeyReached = `(SELECT count(*) FROM (SELECT 1 FROM offered_keys AS o WHERE o.key_id = ? AND (
	SELECT 1 FROM offered_paths AS e JOIN live_principals AS lp ON lp.association_id = e.association_id
	WHERE e.kind = o.kind AND e.principal = o.principal AND e.key_id = o.key_id AND (lp.ends_at IS NULL OR lp.ends_at > ?) LIMIT 1) IS NOT NULL LIMIT ?) AS r)`

package iam

// KeyReached is the query that counts the principals that can use a key, each once. It takes the
// key, the time and how many are enough.
const KeyReached = `(SELECT count(*) FROM (SELECT 1 FROM offered_keys AS o WHERE o.key_id = ? AND (
	SELECT 1 FROM offered_paths AS e JOIN key_access AS ka ON ka.key_id = e.key_id AND ka.association_id = e.association_id
	WHERE e.kind = o.kind AND e.principal = o.principal AND e.key_id = o.key_id AND (ka.ends_at IS NULL OR ka.ends_at > ?) LIMIT 1) IS NOT NULL LIMIT ?) AS r)`

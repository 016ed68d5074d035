-- +goose Up
-- Lists that ask for a tag are read from the tags, in the order of when the tagged thing
-- was made; it never changes, nor does a region, so the copies cannot go stale.
ALTER TABLE key_tags ADD COLUMN region text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE key_tags ADD COLUMN created_at timestamptz NOT NULL DEFAULT 'epoch';
UPDATE key_tags SET region = t.region, created_at = t.created_at FROM keys AS t WHERE t.id = key_tags.key_id;
DROP INDEX key_tags_search;
CREATE INDEX key_tags_with_value ON key_tags (account_id, region, tag_key, tag_value, created_at, key_id);
CREATE INDEX key_tags_with_key ON key_tags (account_id, region, tag_key, created_at, key_id);

ALTER TABLE secret_tags ADD COLUMN region text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE secret_tags ADD COLUMN created_at timestamptz NOT NULL DEFAULT 'epoch';
UPDATE secret_tags SET region = t.region, created_at = t.created_at FROM secrets AS t WHERE t.id = secret_tags.secret_id;
DROP INDEX secret_tags_search;
CREATE INDEX secret_tags_with_value ON secret_tags (account_id, region, tag_key, tag_value, created_at, secret_id);
CREATE INDEX secret_tags_with_key ON secret_tags (account_id, region, tag_key, created_at, secret_id);

ALTER TABLE share_tags ADD COLUMN created_at timestamptz NOT NULL DEFAULT 'epoch';
UPDATE share_tags SET created_at = t.created_at FROM shares AS t WHERE t.id = share_tags.share_id;
DROP INDEX share_tags_search;
CREATE INDEX share_tags_with_value ON share_tags (account_id, tag_key, tag_value, created_at, share_id);
CREATE INDEX share_tags_with_key ON share_tags (account_id, tag_key, created_at, share_id);

ANALYZE key_tags, secret_tags, share_tags;

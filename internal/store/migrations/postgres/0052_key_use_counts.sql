-- +goose Up
-- How many things of an account depend on a key, by kind: what would else be counted anew
-- for each page that says what stops with a key. A row that came to 0 stays.
CREATE TABLE key_use_counts (
    key_id     uuid NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    kind       text COLLATE "C" NOT NULL,
    n          bigint NOT NULL,
    CONSTRAINT key_use_counts_one_row_per_kind PRIMARY KEY (key_id, account_id, kind),
    CONSTRAINT key_use_counts_of_something CHECK (n >= 0)
);
INSERT INTO key_use_counts (key_id, account_id, kind, n) SELECT key_id, account_id, kind, count(*) FROM key_uses GROUP BY key_id, account_id, kind;

-- +goose StatementBegin
CREATE FUNCTION count_key_uses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO key_use_counts (key_id, account_id, kind, n) VALUES (NEW.key_id, NEW.account_id, NEW.kind, 1)
        ON CONFLICT (key_id, account_id, kind) DO UPDATE SET n = key_use_counts.n + 1;
    ELSE
        UPDATE key_use_counts SET n = n - 1 WHERE key_id = OLD.key_id AND account_id = OLD.account_id AND kind = OLD.kind;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE TRIGGER key_uses_count AFTER INSERT OR DELETE ON key_uses FOR EACH ROW EXECUTE FUNCTION count_key_uses();

ANALYZE key_use_counts;

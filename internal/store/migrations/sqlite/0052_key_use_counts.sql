-- +goose Up
-- How many things of an account depend on a key, by kind: what would else be counted anew
-- for each page that says what stops with a key. A row that came to 0 stays.
CREATE TABLE key_use_counts (
    key_id     TEXT NOT NULL,
    account_id TEXT NOT NULL,
    kind       TEXT NOT NULL,
    n          INTEGER NOT NULL,
    CONSTRAINT key_use_counts_one_row_per_kind PRIMARY KEY (key_id, account_id, kind),
    CONSTRAINT key_use_counts_of_something CHECK (n >= 0)
);
INSERT INTO key_use_counts (key_id, account_id, kind, n) SELECT key_id, account_id, kind, count(*) FROM key_uses GROUP BY key_id, account_id, kind;

-- +goose StatementBegin
CREATE TRIGGER key_uses_count AFTER INSERT ON key_uses
BEGIN
    INSERT INTO key_use_counts (key_id, account_id, kind, n) VALUES (NEW.key_id, NEW.account_id, NEW.kind, 1)
    ON CONFLICT (key_id, account_id, kind) DO UPDATE SET n = key_use_counts.n + 1;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER key_uses_uncount AFTER DELETE ON key_uses
BEGIN
    UPDATE key_use_counts SET n = n - 1 WHERE key_id = OLD.key_id AND account_id = OLD.account_id AND kind = OLD.kind;
END;
-- +goose StatementEnd

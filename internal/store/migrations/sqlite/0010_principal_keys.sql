-- +goose Up
-- Which keys a principal is offered by live associations, one row each, in the orders of
-- the lists of shared keys: an index over two tables and a third one's names, which the
-- database cannot keep by itself, so triggers do. It decides nothing: readers look each
-- row up in key_access. A row may outlive its last path when two paths end at once or the
-- organization stops sharing; a path never lacks its row. since is when the key first came.
CREATE TABLE principal_keys (
    kind       TEXT NOT NULL,
    principal  TEXT NOT NULL,
    key_id     TEXT NOT NULL,
    owner_id   TEXT NOT NULL,
    region     TEXT NOT NULL,
    name_lower TEXT NOT NULL,
    since      INTEGER NOT NULL,
    CONSTRAINT principal_keys_one_row_per_key PRIMARY KEY (kind, principal, key_id),
    CONSTRAINT principal_keys_key_exists FOREIGN KEY (key_id) REFERENCES keys (id)
);

-- +goose StatementBegin
CREATE TRIGGER share_principals_offer_new AFTER INSERT ON share_principals WHEN NEW.status = 'associated'
BEGIN
    INSERT INTO principal_keys (kind, principal, key_id, owner_id, region, name_lower, since)
    SELECT sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower, min(CASE WHEN sr.created_at > sp.associated_at THEN sr.created_at ELSE sp.associated_at END)
    FROM share_principals sp
    JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL
    JOIN keys k ON k.id = sr.key_id
    WHERE sp.share_id = NEW.share_id AND sp.status = 'associated' AND sp.id = NEW.id
    GROUP BY sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower
    ON CONFLICT (kind, principal, key_id) DO UPDATE SET since = min(principal_keys.since, excluded.since);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER share_principals_offer AFTER UPDATE OF status ON share_principals WHEN NEW.status = 'associated' AND OLD.status <> 'associated'
BEGIN
    INSERT INTO principal_keys (kind, principal, key_id, owner_id, region, name_lower, since)
    SELECT sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower, min(CASE WHEN sr.created_at > sp.associated_at THEN sr.created_at ELSE sp.associated_at END)
    FROM share_principals sp
    JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL
    JOIN keys k ON k.id = sr.key_id
    WHERE sp.share_id = NEW.share_id AND sp.status = 'associated' AND sp.id = NEW.id
    GROUP BY sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower
    ON CONFLICT (kind, principal, key_id) DO UPDATE SET since = min(principal_keys.since, excluded.since);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER share_principals_withdraw AFTER UPDATE OF status ON share_principals WHEN OLD.status = 'associated' AND NEW.status <> 'associated'
BEGIN
    DELETE FROM principal_keys
    WHERE kind = OLD.kind AND principal = OLD.principal AND key_id IN (SELECT sr.key_id FROM share_resources sr WHERE sr.share_id = OLD.share_id)
      AND NOT EXISTS (SELECT 1 FROM share_resources sr
            JOIN share_principals sp ON sp.share_id = sr.share_id AND sp.kind = principal_keys.kind AND sp.principal = principal_keys.principal AND sp.status = 'associated'
            WHERE sr.key_id = principal_keys.key_id AND sr.ended_at IS NULL);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER share_principals_withdraw_gone AFTER DELETE ON share_principals WHEN OLD.status = 'associated'
BEGIN
    DELETE FROM principal_keys
    WHERE kind = OLD.kind AND principal = OLD.principal AND key_id IN (SELECT sr.key_id FROM share_resources sr WHERE sr.share_id = OLD.share_id)
      AND NOT EXISTS (SELECT 1 FROM share_resources sr
            JOIN share_principals sp ON sp.share_id = sr.share_id AND sp.kind = principal_keys.kind AND sp.principal = principal_keys.principal AND sp.status = 'associated'
            WHERE sr.key_id = principal_keys.key_id AND sr.ended_at IS NULL);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER share_resources_offer_new AFTER INSERT ON share_resources WHEN NEW.ended_at IS NULL
BEGIN
    INSERT INTO principal_keys (kind, principal, key_id, owner_id, region, name_lower, since)
    SELECT sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower, min(CASE WHEN sr.created_at > sp.associated_at THEN sr.created_at ELSE sp.associated_at END)
    FROM share_principals sp
    JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL
    JOIN keys k ON k.id = sr.key_id
    WHERE sp.share_id = NEW.share_id AND sp.status = 'associated' AND sr.id = NEW.id
    GROUP BY sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower
    ON CONFLICT (kind, principal, key_id) DO UPDATE SET since = min(principal_keys.since, excluded.since);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER share_resources_offer AFTER UPDATE OF ended_at ON share_resources WHEN NEW.ended_at IS NULL AND OLD.ended_at IS NOT NULL
BEGIN
    INSERT INTO principal_keys (kind, principal, key_id, owner_id, region, name_lower, since)
    SELECT sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower, min(CASE WHEN sr.created_at > sp.associated_at THEN sr.created_at ELSE sp.associated_at END)
    FROM share_principals sp
    JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL
    JOIN keys k ON k.id = sr.key_id
    WHERE sp.share_id = NEW.share_id AND sp.status = 'associated' AND sr.id = NEW.id
    GROUP BY sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower
    ON CONFLICT (kind, principal, key_id) DO UPDATE SET since = min(principal_keys.since, excluded.since);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER share_resources_withdraw AFTER UPDATE OF ended_at ON share_resources WHEN OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL
BEGIN
    DELETE FROM principal_keys
    WHERE key_id = OLD.key_id AND (kind, principal) IN (SELECT sp.kind, sp.principal FROM share_principals sp WHERE sp.share_id = OLD.share_id)
      AND NOT EXISTS (SELECT 1 FROM share_resources sr
            JOIN share_principals sp ON sp.share_id = sr.share_id AND sp.kind = principal_keys.kind AND sp.principal = principal_keys.principal AND sp.status = 'associated'
            WHERE sr.key_id = principal_keys.key_id AND sr.ended_at IS NULL);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER share_resources_withdraw_gone AFTER DELETE ON share_resources WHEN OLD.ended_at IS NULL
BEGIN
    DELETE FROM principal_keys
    WHERE key_id = OLD.key_id AND (kind, principal) IN (SELECT sp.kind, sp.principal FROM share_principals sp WHERE sp.share_id = OLD.share_id)
      AND NOT EXISTS (SELECT 1 FROM share_resources sr
            JOIN share_principals sp ON sp.share_id = sr.share_id AND sp.kind = principal_keys.kind AND sp.principal = principal_keys.principal AND sp.status = 'associated'
            WHERE sr.key_id = principal_keys.key_id AND sr.ended_at IS NULL);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER keys_rename_offers AFTER UPDATE OF name_lower ON keys WHEN OLD.name_lower <> NEW.name_lower
BEGIN
    UPDATE principal_keys SET name_lower = NEW.name_lower WHERE key_id = NEW.id;
END;
-- +goose StatementEnd

INSERT INTO principal_keys (kind, principal, key_id, owner_id, region, name_lower, since)
SELECT sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower, min(CASE WHEN sr.created_at > sp.associated_at THEN sr.created_at ELSE sp.associated_at END)
FROM share_principals sp
JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL
JOIN keys k ON k.id = sr.key_id
WHERE sp.status = 'associated'
GROUP BY sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower;

CREATE INDEX principal_keys_by_name ON principal_keys (kind, principal, region, name_lower, key_id);
CREATE INDEX principal_keys_by_since ON principal_keys (kind, principal, region, since, key_id);
CREATE INDEX principal_keys_by_owner ON principal_keys (kind, principal, region, owner_id, name_lower, key_id);
CREATE INDEX principal_keys_of_key ON principal_keys (key_id);

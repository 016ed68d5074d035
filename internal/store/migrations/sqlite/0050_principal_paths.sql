-- +goose Up
-- Which share brings which key to which principal, by live associations: principal_keys,
-- one row for each way. So the few ways between one principal and one key are found at
-- once, however many shares name the principal and however many hold the key. It decides
-- nothing either: readers look each row up in key_access.
CREATE TABLE principal_paths (
    kind           TEXT NOT NULL,
    principal      TEXT NOT NULL,
    key_id         TEXT NOT NULL,
    share_id       TEXT NOT NULL,
    association_id TEXT NOT NULL,
    since          INTEGER NOT NULL,
    CONSTRAINT principal_paths_one_row_per_way PRIMARY KEY (kind, principal, key_id, share_id),
    CONSTRAINT principal_paths_key_exists FOREIGN KEY (key_id) REFERENCES keys (id),
    CONSTRAINT principal_paths_share_exists FOREIGN KEY (share_id) REFERENCES shares (id)
);

INSERT INTO principal_paths (kind, principal, key_id, share_id, association_id, since)
SELECT sp.kind, sp.principal, sr.key_id, sp.share_id, sp.id, CASE WHEN sr.created_at > sp.associated_at THEN sr.created_at ELSE sp.associated_at END
FROM share_principals sp
JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL
WHERE sp.status = 'associated';

CREATE INDEX principal_paths_of_share ON principal_paths (share_id, key_id);
DROP INDEX principal_keys_of_key;
CREATE INDEX principal_keys_of_key ON principal_keys (key_id, kind, principal);

-- What a list of shared keys filters by, where it is not what most keys are.
ALTER TABLE principal_keys ADD COLUMN state TEXT NOT NULL DEFAULT 'enabled';
ALTER TABLE principal_keys ADD COLUMN spec TEXT NOT NULL DEFAULT 'AES_256';
ALTER TABLE principal_keys ADD COLUMN usage TEXT NOT NULL DEFAULT 'ENCRYPT_DECRYPT';
ALTER TABLE principal_keys ADD COLUMN origin TEXT NOT NULL DEFAULT 'kms';
UPDATE principal_keys SET state = k.state, spec = k.spec, usage = k.usage, origin = k.origin FROM keys AS k
WHERE k.id = principal_keys.key_id AND (k.state <> 'enabled' OR k.spec <> 'AES_256' OR k.usage <> 'ENCRYPT_DECRYPT' OR k.origin <> 'kms');
CREATE INDEX principal_keys_by_state ON principal_keys (kind, principal, region, state, name_lower, key_id) WHERE state <> 'enabled';
CREATE INDEX principal_keys_by_spec ON principal_keys (kind, principal, region, spec, name_lower, key_id) WHERE spec <> 'AES_256';
CREATE INDEX principal_keys_by_usage ON principal_keys (kind, principal, region, usage, name_lower, key_id) WHERE usage <> 'ENCRYPT_DECRYPT';
CREATE INDEX principal_keys_by_origin ON principal_keys (kind, principal, region, origin, name_lower, key_id) WHERE origin <> 'kms';

DROP TRIGGER keys_rename_offers;
DROP TRIGGER share_principals_offer_new;
DROP TRIGGER share_principals_offer;
DROP TRIGGER share_principals_withdraw;
DROP TRIGGER share_principals_withdraw_gone;
DROP TRIGGER share_resources_offer_new;
DROP TRIGGER share_resources_offer;
DROP TRIGGER share_resources_withdraw;
DROP TRIGGER share_resources_withdraw_gone;

-- +goose StatementBegin
CREATE TRIGGER share_principals_offer_new AFTER INSERT ON share_principals WHEN NEW.status = 'associated'
BEGIN
    INSERT INTO principal_paths (kind, principal, key_id, share_id, association_id, since)
    SELECT sp.kind, sp.principal, sr.key_id, sp.share_id, sp.id, max(sr.created_at, sp.associated_at)
    FROM share_principals sp
    JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL
    WHERE sp.share_id = NEW.share_id AND sp.status = 'associated' AND sp.id = NEW.id
    ON CONFLICT (kind, principal, key_id, share_id) DO NOTHING;
    INSERT INTO principal_keys (kind, principal, key_id, owner_id, region, name_lower, since, state, spec, usage, origin)
    SELECT sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower, min(CASE WHEN sr.created_at > sp.associated_at THEN sr.created_at ELSE sp.associated_at END), k.state, k.spec, k.usage, k.origin
    FROM share_principals sp
    JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL
    JOIN keys k ON k.id = sr.key_id
    WHERE sp.share_id = NEW.share_id AND sp.status = 'associated' AND sp.id = NEW.id
    GROUP BY sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower, k.state, k.spec, k.usage, k.origin
    ON CONFLICT (kind, principal, key_id) DO UPDATE SET since = min(principal_keys.since, excluded.since);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER share_principals_offer AFTER UPDATE OF status ON share_principals WHEN NEW.status = 'associated' AND OLD.status <> 'associated'
BEGIN
    INSERT INTO principal_paths (kind, principal, key_id, share_id, association_id, since)
    SELECT sp.kind, sp.principal, sr.key_id, sp.share_id, sp.id, max(sr.created_at, sp.associated_at)
    FROM share_principals sp
    JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL
    WHERE sp.share_id = NEW.share_id AND sp.status = 'associated' AND sp.id = NEW.id
    ON CONFLICT (kind, principal, key_id, share_id) DO NOTHING;
    INSERT INTO principal_keys (kind, principal, key_id, owner_id, region, name_lower, since, state, spec, usage, origin)
    SELECT sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower, min(CASE WHEN sr.created_at > sp.associated_at THEN sr.created_at ELSE sp.associated_at END), k.state, k.spec, k.usage, k.origin
    FROM share_principals sp
    JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL
    JOIN keys k ON k.id = sr.key_id
    WHERE sp.share_id = NEW.share_id AND sp.status = 'associated' AND sp.id = NEW.id
    GROUP BY sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower, k.state, k.spec, k.usage, k.origin
    ON CONFLICT (kind, principal, key_id) DO UPDATE SET since = min(principal_keys.since, excluded.since);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER share_principals_withdraw AFTER UPDATE OF status ON share_principals WHEN OLD.status = 'associated' AND NEW.status <> 'associated'
BEGIN
    DELETE FROM principal_paths WHERE share_id = OLD.share_id AND kind = OLD.kind AND principal = OLD.principal;
    DELETE FROM principal_keys
    WHERE kind = OLD.kind AND principal = OLD.principal AND key_id IN (SELECT sr.key_id FROM share_resources sr WHERE sr.share_id = OLD.share_id)
      AND NOT EXISTS (SELECT 1 FROM principal_paths pp WHERE pp.kind = principal_keys.kind AND pp.principal = principal_keys.principal AND pp.key_id = principal_keys.key_id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER share_principals_withdraw_gone AFTER DELETE ON share_principals WHEN OLD.status = 'associated'
BEGIN
    DELETE FROM principal_paths WHERE share_id = OLD.share_id AND kind = OLD.kind AND principal = OLD.principal;
    DELETE FROM principal_keys
    WHERE kind = OLD.kind AND principal = OLD.principal AND key_id IN (SELECT sr.key_id FROM share_resources sr WHERE sr.share_id = OLD.share_id)
      AND NOT EXISTS (SELECT 1 FROM principal_paths pp WHERE pp.kind = principal_keys.kind AND pp.principal = principal_keys.principal AND pp.key_id = principal_keys.key_id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER share_resources_offer_new AFTER INSERT ON share_resources WHEN NEW.ended_at IS NULL
BEGIN
    INSERT INTO principal_paths (kind, principal, key_id, share_id, association_id, since)
    SELECT sp.kind, sp.principal, sr.key_id, sp.share_id, sp.id, max(sr.created_at, sp.associated_at)
    FROM share_principals sp
    JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL
    WHERE sp.share_id = NEW.share_id AND sp.status = 'associated' AND sr.id = NEW.id
    ON CONFLICT (kind, principal, key_id, share_id) DO NOTHING;
    INSERT INTO principal_keys (kind, principal, key_id, owner_id, region, name_lower, since, state, spec, usage, origin)
    SELECT sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower, min(CASE WHEN sr.created_at > sp.associated_at THEN sr.created_at ELSE sp.associated_at END), k.state, k.spec, k.usage, k.origin
    FROM share_principals sp
    JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL
    JOIN keys k ON k.id = sr.key_id
    WHERE sp.share_id = NEW.share_id AND sp.status = 'associated' AND sr.id = NEW.id
    GROUP BY sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower, k.state, k.spec, k.usage, k.origin
    ON CONFLICT (kind, principal, key_id) DO UPDATE SET since = min(principal_keys.since, excluded.since);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER share_resources_offer AFTER UPDATE OF ended_at ON share_resources WHEN NEW.ended_at IS NULL AND OLD.ended_at IS NOT NULL
BEGIN
    INSERT INTO principal_paths (kind, principal, key_id, share_id, association_id, since)
    SELECT sp.kind, sp.principal, sr.key_id, sp.share_id, sp.id, max(sr.created_at, sp.associated_at)
    FROM share_principals sp
    JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL
    WHERE sp.share_id = NEW.share_id AND sp.status = 'associated' AND sr.id = NEW.id
    ON CONFLICT (kind, principal, key_id, share_id) DO NOTHING;
    INSERT INTO principal_keys (kind, principal, key_id, owner_id, region, name_lower, since, state, spec, usage, origin)
    SELECT sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower, min(CASE WHEN sr.created_at > sp.associated_at THEN sr.created_at ELSE sp.associated_at END), k.state, k.spec, k.usage, k.origin
    FROM share_principals sp
    JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL
    JOIN keys k ON k.id = sr.key_id
    WHERE sp.share_id = NEW.share_id AND sp.status = 'associated' AND sr.id = NEW.id
    GROUP BY sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower, k.state, k.spec, k.usage, k.origin
    ON CONFLICT (kind, principal, key_id) DO UPDATE SET since = min(principal_keys.since, excluded.since);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER share_resources_withdraw AFTER UPDATE OF ended_at ON share_resources WHEN OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL
BEGIN
    DELETE FROM principal_paths WHERE share_id = OLD.share_id AND key_id = OLD.key_id;
    DELETE FROM principal_keys
    WHERE key_id = OLD.key_id AND (kind, principal) IN (SELECT sp.kind, sp.principal FROM share_principals sp WHERE sp.share_id = OLD.share_id)
      AND NOT EXISTS (SELECT 1 FROM principal_paths pp WHERE pp.kind = principal_keys.kind AND pp.principal = principal_keys.principal AND pp.key_id = principal_keys.key_id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER share_resources_withdraw_gone AFTER DELETE ON share_resources WHEN OLD.ended_at IS NULL
BEGIN
    DELETE FROM principal_paths WHERE share_id = OLD.share_id AND key_id = OLD.key_id;
    DELETE FROM principal_keys
    WHERE key_id = OLD.key_id AND (kind, principal) IN (SELECT sp.kind, sp.principal FROM share_principals sp WHERE sp.share_id = OLD.share_id)
      AND NOT EXISTS (SELECT 1 FROM principal_paths pp WHERE pp.kind = principal_keys.kind AND pp.principal = principal_keys.principal AND pp.key_id = principal_keys.key_id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER keys_rename_offers AFTER UPDATE OF name_lower, state, spec, usage, origin ON keys
WHEN (OLD.name_lower, OLD.state, OLD.spec, OLD.usage, OLD.origin) <> (NEW.name_lower, NEW.state, NEW.spec, NEW.usage, NEW.origin)
BEGIN
    UPDATE principal_keys SET name_lower = NEW.name_lower, state = NEW.state, spec = NEW.spec, usage = NEW.usage, origin = NEW.origin WHERE key_id = NEW.id;
END;
-- +goose StatementEnd

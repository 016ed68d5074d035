-- +goose Up
-- Which share brings which key to which principal, by live associations: principal_keys,
-- one row for each way. So the few ways between one principal and one key are found at
-- once, however many shares name the principal and however many hold the key. It decides
-- nothing either: readers look each row up in key_access.
CREATE TABLE principal_paths (
    kind           text COLLATE "C" NOT NULL,
    principal      text COLLATE "C" NOT NULL,
    key_id         uuid NOT NULL,
    share_id       uuid NOT NULL,
    association_id uuid NOT NULL,
    since          timestamptz NOT NULL,
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
ALTER TABLE principal_keys ADD COLUMN state text COLLATE "C" NOT NULL DEFAULT 'enabled';
ALTER TABLE principal_keys ADD COLUMN spec text COLLATE "C" NOT NULL DEFAULT 'AES_256';
ALTER TABLE principal_keys ADD COLUMN usage text COLLATE "C" NOT NULL DEFAULT 'ENCRYPT_DECRYPT';
ALTER TABLE principal_keys ADD COLUMN origin text COLLATE "C" NOT NULL DEFAULT 'kms';
UPDATE principal_keys SET state = k.state, spec = k.spec, usage = k.usage, origin = k.origin FROM keys AS k
WHERE k.id = principal_keys.key_id AND (k.state <> 'enabled' OR k.spec <> 'AES_256' OR k.usage <> 'ENCRYPT_DECRYPT' OR k.origin <> 'kms');
CREATE INDEX principal_keys_by_state ON principal_keys (kind, principal, region, state, name_lower, key_id) WHERE state <> 'enabled';
CREATE INDEX principal_keys_by_spec ON principal_keys (kind, principal, region, spec, name_lower, key_id) WHERE spec <> 'AES_256';
CREATE INDEX principal_keys_by_usage ON principal_keys (kind, principal, region, usage, name_lower, key_id) WHERE usage <> 'ENCRYPT_DECRYPT';
CREATE INDEX principal_keys_by_origin ON principal_keys (kind, principal, region, origin, name_lower, key_id) WHERE origin <> 'kms';

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION begin_principal_keys(of_share uuid, of_principal uuid, of_resource uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- What is copied of keys stays so until the copy is there for a change to find.
    PERFORM 1 FROM keys k
    WHERE k.id IN (SELECT sr.key_id FROM share_resources sr WHERE sr.share_id = of_share AND sr.ended_at IS NULL AND (of_resource IS NULL OR sr.id = of_resource))
    ORDER BY k.id FOR SHARE;
    INSERT INTO principal_paths (kind, principal, key_id, share_id, association_id, since)
    SELECT sp.kind, sp.principal, sr.key_id, sp.share_id, sp.id, greatest(sr.created_at, sp.associated_at)
    FROM share_principals sp
    JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL
    WHERE sp.share_id = of_share AND sp.status = 'associated'
      AND (of_principal IS NULL OR sp.id = of_principal) AND (of_resource IS NULL OR sr.id = of_resource)
    ON CONFLICT (kind, principal, key_id, share_id) DO NOTHING;
    INSERT INTO principal_keys (kind, principal, key_id, owner_id, region, name_lower, since, state, spec, usage, origin)
    SELECT sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower, min(greatest(sr.created_at, sp.associated_at)), k.state, k.spec, k.usage, k.origin
    FROM share_principals sp
    JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL
    JOIN keys k ON k.id = sr.key_id
    WHERE sp.share_id = of_share AND sp.status = 'associated'
      AND (of_principal IS NULL OR sp.id = of_principal) AND (of_resource IS NULL OR sr.id = of_resource)
    GROUP BY sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower, k.state, k.spec, k.usage, k.origin
    ORDER BY sp.kind, sp.principal, sr.key_id
    ON CONFLICT (kind, principal, key_id) DO UPDATE SET since = least(principal_keys.since, excluded.since);
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION end_principal_keys(of_share uuid, of_kind text, of_principal text, of_key uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM principal_paths pp
    WHERE pp.share_id = of_share AND (of_kind IS NULL OR (pp.kind = of_kind AND pp.principal = of_principal)) AND (of_key IS NULL OR pp.key_id = of_key);
    PERFORM 1 FROM principal_keys pk
    WHERE (pk.kind, pk.principal) IN (SELECT of_kind, of_principal WHERE of_kind IS NOT NULL UNION ALL SELECT sp.kind, sp.principal FROM share_principals sp WHERE of_kind IS NULL AND sp.share_id = of_share)
      AND pk.key_id IN (SELECT of_key WHERE of_key IS NOT NULL UNION ALL SELECT sr.key_id FROM share_resources sr WHERE of_key IS NULL AND sr.share_id = of_share)
    ORDER BY pk.kind, pk.principal, pk.key_id FOR UPDATE;
    DELETE FROM principal_keys pk
    WHERE (pk.kind, pk.principal) IN (SELECT of_kind, of_principal WHERE of_kind IS NOT NULL UNION ALL SELECT sp.kind, sp.principal FROM share_principals sp WHERE of_kind IS NULL AND sp.share_id = of_share)
      AND pk.key_id IN (SELECT of_key WHERE of_key IS NOT NULL UNION ALL SELECT sr.key_id FROM share_resources sr WHERE of_key IS NULL AND sr.share_id = of_share)
      AND NOT EXISTS (SELECT 1 FROM principal_paths pp WHERE pp.kind = pk.kind AND pp.principal = pk.principal AND pp.key_id = pk.key_id);
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION follow_key_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE principal_keys SET name_lower = NEW.name_lower, state = NEW.state, spec = NEW.spec, usage = NEW.usage, origin = NEW.origin WHERE key_id = NEW.id;
    RETURN NULL;
END $$;
-- +goose StatementEnd

DROP TRIGGER keys_rename_offers ON keys;
CREATE TRIGGER keys_rename_offers AFTER UPDATE OF name_lower, state, spec, usage, origin ON keys FOR EACH ROW
WHEN ((OLD.name_lower, OLD.state, OLD.spec, OLD.usage, OLD.origin) <> (NEW.name_lower, NEW.state, NEW.spec, NEW.usage, NEW.origin)) EXECUTE FUNCTION follow_key_names();

ANALYZE principal_paths, principal_keys;

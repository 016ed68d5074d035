-- +goose Up
-- Which keys a principal is offered by live associations, one row each, in the orders of
-- the lists of shared keys: an index over two tables and a third one's names, which the
-- database cannot keep by itself, so triggers do. It decides nothing: readers look each
-- row up in key_access. A row may outlive its last path when two paths end at once or the
-- organization stops sharing; a path never lacks its row. since is when the key first came.
CREATE TABLE principal_keys (
    kind       text COLLATE "C" NOT NULL,
    principal  text COLLATE "C" NOT NULL,
    key_id     uuid NOT NULL,
    owner_id   text COLLATE "C" NOT NULL,
    region     text COLLATE "C" NOT NULL,
    name_lower text COLLATE "C" NOT NULL,
    since      timestamptz NOT NULL,
    CONSTRAINT principal_keys_one_row_per_key PRIMARY KEY (kind, principal, key_id),
    CONSTRAINT principal_keys_key_exists FOREIGN KEY (key_id) REFERENCES keys (id)
);

-- begin_principal_keys adds what one association offers, of a principal or of a key; it
-- touches rows that are there, so that an ending of another path waits for this one.
-- +goose StatementBegin
CREATE FUNCTION begin_principal_keys(of_share uuid, of_principal uuid, of_resource uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO principal_keys (kind, principal, key_id, owner_id, region, name_lower, since)
    SELECT sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower, min(greatest(sr.created_at, sp.associated_at))
    FROM share_principals sp
    JOIN share_resources sr ON sr.share_id = sp.share_id AND sr.ended_at IS NULL
    JOIN keys k ON k.id = sr.key_id
    WHERE sp.share_id = of_share AND sp.status = 'associated'
      AND (of_principal IS NULL OR sp.id = of_principal) AND (of_resource IS NULL OR sr.id = of_resource)
    GROUP BY sp.kind, sp.principal, sr.key_id, k.account_id, k.region, k.name_lower
    ORDER BY sp.kind, sp.principal, sr.key_id
    ON CONFLICT (kind, principal, key_id) DO UPDATE SET since = least(principal_keys.since, excluded.since);
END $$;
-- +goose StatementEnd

-- end_principal_keys takes away what no other live association offers. It locks first and
-- looks then, so that it sees the paths of whoever it waited for.
-- +goose StatementBegin
CREATE FUNCTION end_principal_keys(of_share uuid, of_kind text, of_principal text, of_key uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM principal_keys pk
    WHERE (pk.kind, pk.principal) IN (SELECT of_kind, of_principal WHERE of_kind IS NOT NULL UNION ALL SELECT sp.kind, sp.principal FROM share_principals sp WHERE of_kind IS NULL AND sp.share_id = of_share)
      AND pk.key_id IN (SELECT of_key WHERE of_key IS NOT NULL UNION ALL SELECT sr.key_id FROM share_resources sr WHERE of_key IS NULL AND sr.share_id = of_share)
    ORDER BY pk.kind, pk.principal, pk.key_id FOR UPDATE;
    DELETE FROM principal_keys pk
    WHERE (pk.kind, pk.principal) IN (SELECT of_kind, of_principal WHERE of_kind IS NOT NULL UNION ALL SELECT sp.kind, sp.principal FROM share_principals sp WHERE of_kind IS NULL AND sp.share_id = of_share)
      AND pk.key_id IN (SELECT of_key WHERE of_key IS NOT NULL UNION ALL SELECT sr.key_id FROM share_resources sr WHERE of_key IS NULL AND sr.share_id = of_share)
      AND NOT EXISTS (SELECT 1 FROM share_resources sr
            JOIN share_principals sp ON sp.share_id = sr.share_id AND sp.kind = pk.kind AND sp.principal = pk.principal AND sp.status = 'associated'
            WHERE sr.key_id = pk.key_id AND sr.ended_at IS NULL);
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION follow_share_principals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.status = 'associated' AND (TG_OP = 'DELETE' OR NEW.status <> 'associated') THEN
        PERFORM end_principal_keys(OLD.share_id, OLD.kind, OLD.principal, NULL);
    ELSIF TG_OP <> 'DELETE' AND NEW.status = 'associated' AND (TG_OP = 'INSERT' OR OLD.status <> 'associated') THEN
        PERFORM begin_principal_keys(NEW.share_id, NEW.id, NULL);
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION follow_share_resources() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.ended_at IS NULL AND (TG_OP = 'DELETE' OR NEW.ended_at IS NOT NULL) THEN
        PERFORM end_principal_keys(OLD.share_id, NULL, NULL, OLD.key_id);
    ELSIF TG_OP <> 'DELETE' AND NEW.ended_at IS NULL AND (TG_OP = 'INSERT' OR OLD.ended_at IS NOT NULL) THEN
        PERFORM begin_principal_keys(NEW.share_id, NULL, NEW.id);
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION follow_key_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE principal_keys SET name_lower = NEW.name_lower WHERE key_id = NEW.id;
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE TRIGGER share_principals_offer AFTER INSERT OR DELETE OR UPDATE OF status ON share_principals FOR EACH ROW EXECUTE FUNCTION follow_share_principals();
CREATE TRIGGER share_resources_offer AFTER INSERT OR DELETE OR UPDATE OF ended_at ON share_resources FOR EACH ROW EXECUTE FUNCTION follow_share_resources();
CREATE TRIGGER keys_rename_offers AFTER UPDATE OF name_lower ON keys FOR EACH ROW WHEN (OLD.name_lower <> NEW.name_lower) EXECUTE FUNCTION follow_key_names();

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

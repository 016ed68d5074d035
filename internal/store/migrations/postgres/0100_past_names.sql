-- +goose Up
-- An association that has its past name already, because it was over when the share was
-- renamed, is found by that name too, marked as ended or not.

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION follow_share_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE share_principals SET share_name = NEW.name_lower WHERE share_id = NEW.id AND ended_at IS NULL AND past_name IS NULL;
    UPDATE share_principals SET past_name = OLD.name WHERE share_id = NEW.id AND ended_at IS NOT NULL AND past_name IS NULL;
    RETURN NULL;
END $$;
-- +goose StatementEnd

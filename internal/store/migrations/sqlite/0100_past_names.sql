-- +goose Up
-- An association that has its past name already, because it was over when the share was
-- renamed, is found by that name too, marked as ended or not.
DROP TRIGGER shares_rename_associations;

-- +goose StatementBegin
CREATE TRIGGER shares_rename_associations AFTER UPDATE OF name ON shares WHEN OLD.name <> NEW.name
BEGIN
    UPDATE share_principals SET share_name = NEW.name_lower WHERE share_id = NEW.id AND ended_at IS NULL AND past_name IS NULL;
    UPDATE share_principals SET past_name = OLD.name WHERE share_id = NEW.id AND ended_at IS NOT NULL AND past_name IS NULL;
END;
-- +goose StatementEnd

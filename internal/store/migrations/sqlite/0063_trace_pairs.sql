-- +goose Up
-- A user's acts of one kind, and refused or failed acts of one kind, are read without the
-- others of the user or of the kind. Few acts are refused or fail, so theirs are the only
-- ones in an index by outcome; what succeeded is what most of a trail is.
CREATE INDEX audit_traces_by_user_and_action ON audit_traces (account_id, user_name, action, id);
DROP INDEX audit_traces_by_outcome;
CREATE INDEX audit_traces_by_outcome ON audit_traces (account_id, outcome, id) WHERE outcome <> 'succeeded';
CREATE INDEX audit_traces_by_outcome_and_action ON audit_traces (account_id, outcome, action, id) WHERE outcome <> 'succeeded';

-- +goose Up
-- A copy in another account's trail tells no user, so the indexes by user do without it:
-- an act that concerns a thousand accounts writes a thousand copies.
DROP INDEX audit_traces_by_user;
DROP INDEX audit_traces_by_user_and_action;
CREATE INDEX audit_traces_by_user ON audit_traces (account_id, user_name, id) WHERE user_name <> '';
CREATE INDEX audit_traces_by_user_and_action ON audit_traces (account_id, user_name, action, id) WHERE user_name <> '';

-- +goose Up
-- body is never rewritten; repeats and last_at count coalesced refusals beside it.
CREATE TABLE audit_traces (
    account_id     TEXT NOT NULL,
    id             TEXT NOT NULL,
    at             INTEGER NOT NULL,
    caller_account TEXT NOT NULL,
    user_name      TEXT NOT NULL,
    action         TEXT NOT NULL,
    event          TEXT NOT NULL,
    resource_type  TEXT NOT NULL,
    resource_id    TEXT NOT NULL,
    outcome        TEXT NOT NULL,
    body           TEXT NOT NULL,
    repeats        INTEGER NOT NULL,
    last_at        INTEGER NOT NULL,
    fold_key       TEXT,
    CONSTRAINT audit_traces_one_row_per_copy PRIMARY KEY (account_id, id),
    CONSTRAINT audit_traces_outcome_known CHECK (outcome IN ('succeeded', 'refused', 'failed'))
);
CREATE UNIQUE INDEX audit_traces_refusal_folds ON audit_traces (account_id, fold_key) WHERE fold_key IS NOT NULL;
CREATE INDEX audit_traces_by_user ON audit_traces (account_id, user_name, id);
CREATE INDEX audit_traces_by_action ON audit_traces (account_id, action, id);
CREATE INDEX audit_traces_by_resource ON audit_traces (account_id, resource_id, id);
CREATE INDEX audit_traces_by_outcome ON audit_traces (account_id, outcome, id);

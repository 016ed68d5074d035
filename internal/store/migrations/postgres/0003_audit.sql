-- +goose Up
-- body is never rewritten; repeats and last_at count coalesced refusals beside it.
CREATE TABLE audit_traces (
    account_id     text COLLATE "C" NOT NULL,
    id             uuid NOT NULL,
    at             timestamptz NOT NULL,
    caller_account text COLLATE "C" NOT NULL,
    user_name      text COLLATE "C" NOT NULL,
    action         text COLLATE "C" NOT NULL,
    event          text COLLATE "C" NOT NULL,
    resource_type  text COLLATE "C" NOT NULL,
    resource_id    text COLLATE "C" NOT NULL,
    outcome        text COLLATE "C" NOT NULL,
    body           text NOT NULL,
    repeats        bigint NOT NULL,
    last_at        timestamptz NOT NULL,
    fold_key       text COLLATE "C",
    CONSTRAINT audit_traces_one_row_per_copy PRIMARY KEY (account_id, id),
    CONSTRAINT audit_traces_outcome_known CHECK (outcome IN ('succeeded', 'refused', 'failed'))
);
CREATE UNIQUE INDEX audit_traces_refusal_folds ON audit_traces (account_id, fold_key) WHERE fold_key IS NOT NULL;
CREATE INDEX audit_traces_by_user ON audit_traces (account_id, user_name, id);
CREATE INDEX audit_traces_by_action ON audit_traces (account_id, action, id);
CREATE INDEX audit_traces_by_resource ON audit_traces (account_id, resource_id, id);
CREATE INDEX audit_traces_by_outcome ON audit_traces (account_id, outcome, id);

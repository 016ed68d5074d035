-- +goose Up
CREATE TABLE organizations (
    id                    TEXT NOT NULL,
    urn                   TEXT NOT NULL,
    management_account_id TEXT NOT NULL,
    name                  TEXT NOT NULL,
    sharing_enabled       INTEGER NOT NULL,
    sharing_epoch         INTEGER NOT NULL,
    created_at            INTEGER NOT NULL,
    CONSTRAINT organizations_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT organizations_urn_unique UNIQUE (urn),
    CONSTRAINT organizations_one_per_management_account UNIQUE (management_account_id),
    CONSTRAINT organizations_account_exists FOREIGN KEY (management_account_id) REFERENCES accounts (id)
);

-- The root is a unit without parent.
CREATE TABLE org_units (
    id              TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    parent_id       TEXT,
    urn             TEXT NOT NULL,
    name            TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    CONSTRAINT org_units_one_row_per_id PRIMARY KEY (id),
    CONSTRAINT org_units_urn_unique UNIQUE (urn),
    CONSTRAINT org_units_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT org_units_parent_exists FOREIGN KEY (parent_id) REFERENCES org_units (id)
);
CREATE INDEX org_units_of_parent ON org_units (organization_id, parent_id, name);
CREATE UNIQUE INDEX org_units_one_root ON org_units (organization_id) WHERE parent_id IS NULL;

CREATE TABLE org_memberships (
    account_id      TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    unit_id         TEXT NOT NULL,
    joined_at       INTEGER NOT NULL,
    CONSTRAINT org_memberships_one_organization PRIMARY KEY (account_id),
    CONSTRAINT org_memberships_account_exists FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT org_memberships_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT org_memberships_unit_exists FOREIGN KEY (unit_id) REFERENCES org_units (id)
);
CREATE INDEX org_memberships_of_organization ON org_memberships (organization_id, unit_id, account_id);

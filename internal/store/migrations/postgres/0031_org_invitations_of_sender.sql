-- +goose Up
-- How many invitations an account sent lately, whichever organization it sent them for.
CREATE INDEX org_invitations_of_sender ON org_invitations (sender, created_at);

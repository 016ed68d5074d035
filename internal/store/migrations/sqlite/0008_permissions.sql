-- +goose Up
-- The four permissions for kms:KeyId that every installation has, version 1 each.
INSERT INTO permissions (id, account_id, name, resource_type, type, is_default, created_at) VALUES
    ('00000000-0000-4000-8000-000000000101', '', 'default kms KeyId statement', 'kms:KeyId', 'RAM_MANAGED', 1, 1793491200000000),
    ('00000000-0000-4000-8000-000000000102', '', 'kms KeyId read-only statement', 'kms:KeyId', 'RAM_MANAGED', 0, 1793491200000000),
    ('00000000-0000-4000-8000-000000000103', '', 'kms KeyId encrypt-decrypt statement', 'kms:KeyId', 'RAM_MANAGED', 0, 1793491200000000),
    ('00000000-0000-4000-8000-000000000104', '', 'kms KeyId sign-verify statement', 'kms:KeyId', 'RAM_MANAGED', 0, 1793491200000000);

INSERT INTO permission_versions (id, permission_id, version, default_version, created_at) VALUES
    ('00000000-0000-4000-8000-000000000201', '00000000-0000-4000-8000-000000000101', 1, 1, 1793491200000000),
    ('00000000-0000-4000-8000-000000000202', '00000000-0000-4000-8000-000000000102', 1, 1, 1793491200000000),
    ('00000000-0000-4000-8000-000000000203', '00000000-0000-4000-8000-000000000103', 1, 1, 1793491200000000),
    ('00000000-0000-4000-8000-000000000204', '00000000-0000-4000-8000-000000000104', 1, 1, 1793491200000000);

INSERT INTO permission_version_actions (version_id, action) VALUES
    ('00000000-0000-4000-8000-000000000201', 'kms:cmk:get'),
    ('00000000-0000-4000-8000-000000000201', 'kms:cmk:getPublicKey'),
    ('00000000-0000-4000-8000-000000000201', 'kms:cmk:getRotation'),
    ('00000000-0000-4000-8000-000000000201', 'kms:cmk:getTags'),
    ('00000000-0000-4000-8000-000000000201', 'kms:cmk:encryptData'),
    ('00000000-0000-4000-8000-000000000201', 'kms:cmk:decryptData'),
    ('00000000-0000-4000-8000-000000000201', 'kms:cmk:createDataKey'),
    ('00000000-0000-4000-8000-000000000201', 'kms:cmk:createDataKeyWithoutPlaintext'),
    ('00000000-0000-4000-8000-000000000201', 'kms:cmk:encryptDataKey'),
    ('00000000-0000-4000-8000-000000000201', 'kms:cmk:decryptDataKey'),
    ('00000000-0000-4000-8000-000000000201', 'kms:cmk:sign'),
    ('00000000-0000-4000-8000-000000000201', 'kms:cmk:verify'),
    ('00000000-0000-4000-8000-000000000201', 'kms:cmk:generateMac'),
    ('00000000-0000-4000-8000-000000000201', 'kms:cmk:verifyMac'),
    ('00000000-0000-4000-8000-000000000202', 'kms:cmk:get'),
    ('00000000-0000-4000-8000-000000000202', 'kms:cmk:getPublicKey'),
    ('00000000-0000-4000-8000-000000000202', 'kms:cmk:getRotation'),
    ('00000000-0000-4000-8000-000000000202', 'kms:cmk:getTags'),
    ('00000000-0000-4000-8000-000000000203', 'kms:cmk:get'),
    ('00000000-0000-4000-8000-000000000203', 'kms:cmk:getRotation'),
    ('00000000-0000-4000-8000-000000000203', 'kms:cmk:getTags'),
    ('00000000-0000-4000-8000-000000000203', 'kms:cmk:encryptData'),
    ('00000000-0000-4000-8000-000000000203', 'kms:cmk:decryptData'),
    ('00000000-0000-4000-8000-000000000203', 'kms:cmk:createDataKey'),
    ('00000000-0000-4000-8000-000000000203', 'kms:cmk:createDataKeyWithoutPlaintext'),
    ('00000000-0000-4000-8000-000000000203', 'kms:cmk:encryptDataKey'),
    ('00000000-0000-4000-8000-000000000203', 'kms:cmk:decryptDataKey'),
    ('00000000-0000-4000-8000-000000000204', 'kms:cmk:get'),
    ('00000000-0000-4000-8000-000000000204', 'kms:cmk:getPublicKey'),
    ('00000000-0000-4000-8000-000000000204', 'kms:cmk:getRotation'),
    ('00000000-0000-4000-8000-000000000204', 'kms:cmk:getTags'),
    ('00000000-0000-4000-8000-000000000204', 'kms:cmk:sign'),
    ('00000000-0000-4000-8000-000000000204', 'kms:cmk:verify'),
    ('00000000-0000-4000-8000-000000000204', 'kms:cmk:generateMac'),
    ('00000000-0000-4000-8000-000000000204', 'kms:cmk:verifyMac');

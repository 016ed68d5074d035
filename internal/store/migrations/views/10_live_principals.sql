-- Who is reached by which live association, one row per account and association. Owner and
-- end of the share are on the association itself, and one of a deleted share is not live:
-- triggers hold it to that.
-- An association made through the organization is live only while sharing is on,
-- in the epoch it was made in, and owner and recipient are both members. It ends when
-- itself or its share does, whichever is first.
-- There is one such organization at most, so its being there is asked by its value: an
-- EXISTS would let PostgreSQL make a table of all pairs of members first.
CREATE VIEW live_principals AS
SELECT sp.id AS association_id,
       sp.share_id AS share_id,
       sp.account_id AS owner_id,
       ap.account_id AS account_id,
       sp.kind AS path,
       sp.organization_id AS organization_id,
       sp.associated_at AS since,
       CASE WHEN sp.ends_at IS NULL OR sp.share_ends_at < sp.ends_at THEN sp.share_ends_at ELSE sp.ends_at END AS ends_at
FROM share_principals sp
JOIN account_principals ap ON ap.kind = sp.kind AND ap.principal = sp.principal
WHERE sp.status = 'associated'
  AND ap.account_id <> sp.account_id
  AND (sp.organization_id IS NULL OR 1 = (
        SELECT 1
        FROM organizations o
        JOIN account_principals theirs ON theirs.kind = 'organization' AND theirs.principal = o.urn
        JOIN account_principals ours ON ours.kind = 'organization' AND ours.principal = o.urn
        WHERE o.id = sp.organization_id
          AND o.sharing_enabled
          AND o.sharing_epoch = sp.sharing_epoch
          AND theirs.account_id = ap.account_id
          AND ours.account_id = sp.account_id));

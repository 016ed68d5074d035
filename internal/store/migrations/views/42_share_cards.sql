-- What other rooms show of a resource share.
CREATE VIEW share_cards AS
SELECT id, account_id, name, name_lower, status FROM shares;

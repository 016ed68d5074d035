package ram

import (
	"fmt"

	"sharedkms/internal/iam"
	"sharedkms/internal/org"
)

// knownTo is the condition under which an account may read the name of the account in
// column: both are in one organization, or one is or was in a share of the other, which
// takes its consent. It takes the reading account three times. So that whoever guesses
// account IDs learns that they exist, and not whose they are. Membership is asked by its
// value: of EXISTS PostgreSQL would make a table of all members.
func knownTo(column string) string {
	return fmt.Sprintf(`((SELECT 1 FROM account_places theirs WHERE theirs.account_id = %[1]s AND theirs.organization_id = `+ownOrganization+` LIMIT 1) IS NOT NULL
	OR EXISTS (SELECT 1 FROM (SELECT CAST(? AS text) AS id) AS me WHERE `+wasIn("k.principal = %[1]s AND k.account_id = me.id")+`)
	OR EXISTS (SELECT 1 FROM (SELECT CAST(? AS text) AS id) AS me WHERE `+wasIn("k.principal = me.id AND k.account_id = %[1]s")+"))", column)
}

// wasIn is the condition that an account, of which and of whose share where tells, is or was
// in it: two looks, as each has its index.
func wasIn(where string) string {
	const one = "(SELECT 1 FROM share_principals k WHERE k.kind = 'account' AND %s AND %s LIMIT 1) IS NOT NULL"
	return "(" + fmt.Sprintf(one, where, "k.status = 'associated'") + " OR " + fmt.Sprintf(one, where, "k.ended_at IS NOT NULL AND k.associated_at IS NOT NULL") + ")"
}

// ownOrganization is the organization that an account is in now, which takes the account:
// the names of others' units and organizations are not for those who were members once.
const ownOrganization = "(SELECT place.organization_id FROM account_places place WHERE place.account_id = ?)"

// account is what an account's place says to those who name it.
type account struct {
	Name   string // its ID, to those who may not read the name
	Member bool   // of the organization asked for
}

// title is name and ID in a sentence, or the ID alone.
func (a account) title(id string) string {
	if a.Name == id {
		return id
	}
	return fmt.Sprintf("%s (%s)", a.Name, id)
}

// namedAccounts gives those of the accounts that exist, and whether they are members of
// the organization, which may be empty.
func namedAccounts(tx *iam.Tx, organization org.OrganizationID, ids []iam.AccountID) (map[iam.AccountID]account, error) {
	accounts := map[iam.AccountID]account{}
	if len(ids) == 0 {
		return accounts, nil
	}
	var rows []struct {
		ID     string `gorm:"column:id"`
		Name   string `gorm:"column:name"`
		Member bool   `gorm:"column:member"`
	}
	caller := string(tx.Caller.Account)
	err := tx.DB().Raw(`SELECT n.id, CASE WHEN `+knownTo("n.id")+` THEN n.name ELSE n.id END AS name,
	EXISTS (SELECT 1 FROM account_places p WHERE p.account_id = n.id AND p.organization_id = ?) AS member
FROM account_names n WHERE n.id IN ?`, caller, caller, caller, string(organization), ids).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	for _, r := range rows {
		accounts[iam.AccountID(r.ID)] = account{r.Name, r.Member}
	}
	return accounts, nil
}

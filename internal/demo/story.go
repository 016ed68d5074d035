package demo

import (
	"fmt"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/kms"
	"sharedkms/internal/ram"
)

const (
	allActions     = "default kms KeyId statement"
	readOnly       = "kms KeyId read-only statement"
	encryptDecrypt = "kms KeyId encrypt-decrypt statement"
)

// tell makes the world as it stands now. What a visitor meets first: Harbor Retail
// has an invitation to answer and a key that will be deleted in 4 days; Lumen
// Logistics has two invitations, of which one lapses in 2.
func (m *maker) tell() {
	here := m.regions[0]
	there := m.regions[len(m.regions)/2]

	m.at(62, 9.3)
	m.shipped()
	m.accounts()
	m.at(62, 7.1)
	m.organize()

	m.at(61, 4.6)
	m.key(rootOfSecurity, "group-baseline", here, "Baseline key of the group, for whoever has no own.", kms.Tag{Key: "team", Value: "security"})
	m.key(rootOfSecurity, "group-backup", here, "Backups of all members.", kms.Tag{Key: "team", Value: "security"}, kms.Tag{Key: "data", Value: "backup"})
	m.key(rootOfSecurity, "incident-evidence", here, "Evidence of incidents. Never shared.")
	m.at(60, 8.9)
	m.share(rootOfSecurity, share{
		name: "group-keys", description: "Keys that every account of Harbor Group may use.",
		tags: []ram.Tag{{Key: "team", Value: "security"}}, keys: []string{"group-baseline", "group-backup"},
		permission: allActions, insideOnly: true, principals: []string{m.org},
	})

	m.at(48, 1.4)
	m.key(mara, "retail-orders", here, "Orders of all shops.", kms.Tag{Key: "team", Value: "commerce"})
	m.key(mara, "retail-customer-pii", here, "Names, addresses and payment references of customers.", kms.Tag{Key: "team", Value: "commerce"}, kms.Tag{Key: "data", Value: "personal"})
	m.key(mara, "retail-shipping-labels", here, "Labels that carriers print.", kms.Tag{Key: "team", Value: "logistics"})
	m.key(mara, "retail-invoice-archive", here, "Invoices of the last ten years.")
	m.key(mara, "retail-legacy-erp", here, "The old ERP, switched off in October.")
	m.key(mara, "retail-price-feed", here, "Price feed of 2025, no longer used.")
	m.key(mara, "retail-asia-orders", there, "Orders of the shops in Asia.", kms.Tag{Key: "team", Value: "commerce"})
	m.at(47, 6.2)
	m.share(mara, share{
		name: "retail-to-payments", description: "Orders and customers, for the accounts that settle payments.",
		tags: []ram.Tag{{Key: "team", Value: "commerce"}}, keys: []string{"retail-orders", "retail-customer-pii"},
		permission: encryptDecrypt, insideOnly: true, principals: []string{m.unitURN("Commerce")},
	})
	m.at(40, 2.7)
	m.secret(mara, "shop-database", here, "retail-orders", "Sign-in of the order database.", pairs("username", "shop", "password", "kelp-harbor-49-vane", "host", "orders.db.harbor.example"))
	m.secret(mara, "erp-ftp", here, "retail-legacy-erp", "File exchange of the old ERP.", text("rusty-anchor-77"))
	m.secret(mara, "erp-report-reader", here, "retail-legacy-erp", "Reports of the old ERP.", pairs("username", "report", "password", "low-tide-31"))
	m.secret(mara, "newsletter-token", here, "", "", text("nl_7f2c0b9e41d2"))
	m.secret(jonas, "settlement-api", here, "retail-customer-pii", "Settlement with the card networks.", pairs("client_id", "harbor-payments", "client_secret", "dune-copper-18"))
	m.secret(ines, "warehouse-loader", here, "group-baseline", "Nightly load of the warehouse.", text("loader-9c1d"))

	m.at(35, 7.8)
	m.key(rootOfPayments, "payments-documents", here, "Statements and dunning letters.")
	m.at(35, 6.2)
	files := []iam.Action{"kms:cmk:get", "kms:cmk:getTags", "kms:cmk:decryptData", "kms:cmk:createDataKey", "kms:cmk:createDataKeyWithoutPlaintext", "kms:cmk:decryptDataKey"}
	m.ownPermission(rootOfPayments, "payments-files", "For who files documents.", append(files, "kms:cmk:encryptData"))
	m.at(35, 5.1)
	readers := m.share(rootOfPayments, share{
		name: "payments-documents-readers", description: "Who files the documents.", keys: []string{"payments-documents"},
		permission: "payments-files", principals: []string{string(platform)},
	})
	m.endFor(rootOfPayments, readers, platform, m.end.AddDate(0, 0, 25))
	m.secret(rootOfPlatform, "document-store", here, "payments-documents", "", pairs("bucket", "documents", "token", "fjord-2291"))

	m.at(21, 3.6)
	contract := m.end.Year() + 1
	labels := m.share(mara, share{
		name: "partner-shipping-labels", description: fmt.Sprintf("Labels for the shipping partner, until the contract of %d ends.", contract),
		ends: time.Date(contract, time.December, 31, 23, 59, 0, 0, time.UTC),
		tags: []ram.Tag{{Key: "team", Value: "logistics"}, {Key: "partner", Value: "lumen"}}, keys: []string{"retail-shipping-labels"},
		permission: encryptDecrypt, principals: []string{string(lumen)},
	})
	m.at(20, 10.2)
	m.accept(aiko, labels)
	m.secret(rootOfLumen, "label-printer", here, "retail-shipping-labels", "Printers in both depots.", pairs("depot", "north", "pin", "4471"))

	m.at(14, 6.9)
	archive := m.share(mara, share{
		name: "invoice-archive-readers-for-the-external-audit-2026", description: "Read access to the invoice archive for the audit of 2026.",
		keys: []string{"retail-invoice-archive"}, permission: readOnly, principals: []string{string(lumen)},
	})
	m.at(12, 8.3)
	m.reject(rootOfLumen, archive, "Our auditors read the archive at your office.")

	// What is shared read-only from now on does not show rotation; the archive stays as it was.
	m.at(10, 3.5)
	m.publish(readOnly, []iam.Action{"kms:cmk:get", "kms:cmk:getPublicKey", "kms:cmk:getTags"})
	m.at(9, 1.4)
	m.newVersion(rootOfPayments, "payments-files", append(files, "kms:cmk:getRotation", "kms:cmk:encryptDataKey"))

	m.at(6, 5.5)
	m.as(rootOfManagement, func(c iam.Caller) error {
		_, err := m.orgs.Invite(m.ctx, c, "Northwind Freight", "For the depot in the north.")
		return err
	})
	m.at(5, 2.2)
	m.share(mara, share{
		name: "retail-returns", description: "Returned parcels.", keys: []string{"retail-orders"},
		permission: readOnly, retain: true, principals: []string{string(lumen)},
	})
	m.at(4, 6.1)
	m.share(rootOfPayments, share{
		name: "freight-remittances", description: "Remittances of this quarter, for the carrier.", keys: []string{"payments-documents"},
		permission: readOnly, ends: m.end.AddDate(0, 0, 20), principals: []string{string(lumen)},
	})
	m.at(3, 4.1)
	m.as(mara, func(c iam.Caller) error {
		k := m.keys["retail-legacy-erp"]
		return m.kms.ScheduleKeyDeletion(m.ctx, c, k.region, k.id, 7)
	})
	m.at(2, 9.7)
	m.as(mara, func(c iam.Caller) error {
		k := m.keys["retail-price-feed"]
		return m.kms.DisableKey(m.ctx, c, k.region, k.id)
	})
	m.as(rootOfSecurity, func(c iam.Caller) error {
		k := m.keys["group-backup"]
		return m.kms.DisableKey(m.ctx, c, k.region, k.id)
	})
	m.at(1, 7.4)
	m.key(rootOfLumen, "lumen-shipment-tracking", here, "Positions of parcels.")
	m.key(rootOfLumen, "lumen-billing-exchange", here, "Freight bills.")
	m.at(1, 5.6)
	m.share(rootOfLumen, share{
		name: "lumen-tracking-exchange", description: "Tracking and freight bills for Harbor Retail.",
		keys: []string{"lumen-shipment-tracking", "lumen-billing-exchange"}, permission: encryptDecrypt, principals: []string{string(retail)},
	})
}

func (m *maker) unitURN(name string) string { return m.units[name].URN }

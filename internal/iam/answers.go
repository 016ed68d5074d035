package iam

import (
	"strings"

	"sharedkms/internal/fault"
)

// events names the event of actions whose last word does not, as the vendor's audit does
// (Huawei Cloud DEW and RAM User Guides, operations recorded by CTS). An act may name
// another one of its own with Tx.As.
var events = map[Action]string{
	"kms:cmk:create":                         "createKey",
	"kms:cmk:enable":                         "enableKey",
	"kms:cmk:disable":                        "disableKey",
	"kms:cmk:update":                         "updateKey",
	"kms:cmk:decryptDataKey":                 "decryptDatakey",
	"kms:cmk:encryptDataKey":                 "encryptDatakey",
	"kms:cmkTag:create":                      "createKeyTag",
	"kms:cmkTag:delete":                      "deleteKeyTag",
	"csms:secret:create":                     "createSecret",
	"csms:secret:delete":                     "forceDeleteSecret",
	"csms:secretVersion:get":                 "showSecretVersion",
	"ram:resourceShares:create":              "createResourceShare",
	"ram:resourceShares:update":              "updateResourceShare",
	"ram:resourceShares:delete":              "deleteResourceShare",
	"ram:resourceShares:associate":           "associateResourceShare",
	"ram:resourceShares:disassociate":        "disassociateResourceShare",
	"ram:resourceShares:leave":               "leaveResourceShare",
	"ram:resourceShares:associatePermission": "associateResourceSharePermission",
	"ram:permissions:create":                 "createPermission",
	"ram:permissions:createVersion":          "createPermissionVersion",
	"ram:permissions:setDefaultVersion":      "setDefaultPermissionVersion",
	"ram:permissions:delete":                 "deletePermission",
	"ram:permissions:deleteVersion":          "deletePermissionVersion",
	"ram:resourceShareInvitations:accept":    "acceptResourceShareInvitation",
	"ram:resourceShareInvitations:reject":    "rejectResourceShareInvitation",
	"ram:resourceShareInvitations:expire":    "expireResourceShareInvitation",
	"organizations:organizations:create":     "createOrganization",
	"organizations:ous:create":               "createOrganizationalUnit",
	"organizations:organizations:delete":     "deleteOrganization",
	"organizations:organizations:leave":      "leaveOrganization",
	"organizations:ous:update":               "updateOrganizationalUnit",
	"organizations:ous:delete":               "deleteOrganizationalUnit",
	"organizations:ous:move":                 "moveOrganizationalUnit",
	"organizations:accounts:invite":          "inviteAccount",
	"organizations:accounts:move":            "moveAccount",
	"organizations:accounts:remove":          "removeAccount",
	"organizations:handshakes:accept":        "acceptHandshake",
	"organizations:handshakes:decline":       "declineHandshake",
	"organizations:handshakes:cancel":        "cancelHandshake",
	"organizations:handshakes:expire":        "expireHandshake",
}

// eventOf names the event of an action: its own name, else the action's last word, as
// kms:cmk:encryptData leaves encryptData.
func eventOf(a Action) string {
	if name, ok := events[a]; ok {
		return name
	}
	s := string(a)
	return s[strings.LastIndexByte(s, ':')+1:]
}

// answers holds the vendor's codes and words for a resource that is missing or
// forbidden (Huawei Cloud DEW and RAM API References, Error Codes; 19xx are this
// console's own, and so is all of ORG).
var answers = map[string]struct{ missing, missingText, forbidden string }{
	TypeKey:                   {"KMS.0207", "No key with this ID is available to this account. Check the ID, or ask the owner to share the key.", "KMS.0306"},
	TypeShare:                 {"RAM.1901", "No resource share with this ID is available to this account. Check the ID, or ask the owner to share with this account.", "RAM.1008"},
	"permission":              {"RAM.1009", "There is no permission with this ID. Choose one from the Permissions Library.", "RAM.1008"},
	"resourceShareInvitation": {"RAM.1903", "No invitation with this ID was sent to this account. Check with which account you are signed in, or ask the owner for another one.", "RAM.1008"},
	"handshake":               {"ORG.1903", "No invitation with this ID was sent to or by this account. Check with which account you are signed in.", ""},
	"secretName":              {"CSMS.0106", "No secret with this ID exists in this account and region.", "CSMS.0302"},
}

func notFound(urn URN) error {
	a, ok := answers[urn.Type]
	if !ok {
		a.missingText = "Nothing with this ID is available to this account."
	}
	return fault.New(fault.NotFound, a.missing, a.missingText)
}

// refuse makes a Forbidden whose message is the first broken link of the chain.
func refuse(urn URN, chain ...fault.Link) error {
	f := fault.New(fault.Forbidden, answers[urn.Type].forbidden, "This is not allowed.")
	f.Why = chain
	for _, link := range chain {
		if !link.Holds {
			f.Message = link.Text
			break
		}
	}
	return f
}

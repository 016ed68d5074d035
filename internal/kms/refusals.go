package kms

import (
	"fmt"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
)

// usable says why an allowed use of a key cannot happen, or nil. For a foreign key the
// chain begins with the key's state, which only its owner can repair.
func usable(caller iam.Caller, k Key, region string) error {
	code, text := stateRefusal(k, caller.Account)
	switch {
	case code != "":
	case k.Region != region:
		code, text = "KMS.0207", fmt.Sprintf("This key is in %s. A key serves its own region only; choose a key of %s.", k.Region, region)
	case !k.Symmetric():
		code, text = "KMS.0325", "This key is not symmetric and cannot do this. Choose a key of spec AES_256."
	default:
		return nil
	}
	f := fault.New(fault.State, code, text)
	if k.Account != caller.Account {
		subject := "Key state"
		if k.Region != region {
			subject = "Region"
		}
		f.Why = []fault.Link{
			{Subject: subject, Text: text},
			{Subject: "Share", Holds: true, Text: "A live share reaches this account."},
			{Subject: "Permission", Holds: true, Text: "The share's permission allows this."},
			{Subject: "Your policy", Holds: true, Text: "A policy of " + caller.UserName + " allows it."},
		}
	}
	return f
}

// stateRefusal says why a key in its state does no cryptography; code is empty when it does.
func stateRefusal(k Key, reader iam.AccountID) (code, text string) {
	foreign := k.Account != reader
	switch k.State {
	case Enabled:
		return "", ""
	case Disabled:
		if foreign {
			return "KMS.0209", "This key was disabled by its owner. Only the owner can enable it."
		}
		return "KMS.0209", "This key is disabled. Enable it, or choose another key."
	case PendingDeletion:
		if foreign {
			return "KMS.0210", "The owner of this key has scheduled its deletion. Only the owner can cancel that."
		}
		return "KMS.0210", "This key is pending deletion. Cancel the deletion and enable the key, or choose another one."
	default:
		return "KMS.1301", "This key has no key material yet. Material must be imported before the key can be used."
	}
}

// changeable refuses changes of default keys.
func changeable(k Key) error {
	if k.Kind == Default {
		return fault.New(fault.State, "KMS.0211", "A default key belongs to the service that uses it and cannot be changed.")
	}
	return nil
}

func doesNotOpen() error {
	const text = "This ciphertext does not open. It was changed, was made with other additional data, or protects something else."
	return &fault.Error{Kind: fault.State, Code: "KMS.0308", Message: text, Fields: []fault.Field{{Name: "ciphertext", Message: text, Code: "KMS.0308"}}}
}

func nameTaken() error {
	const text = "Another key of this account has this name in this region. Choose another name."
	return &fault.Error{Kind: fault.Conflict, Code: "KMS.1104", Message: "The key was not changed.", Fields: []fault.Field{{Name: "name", Message: text, Code: "KMS.1104"}}}
}

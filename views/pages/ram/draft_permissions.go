package ram

// DraftPermissions is step two: one managed permission for each resource type, which is kms:KeyId alone.
type DraftPermissions struct {
	DraftFrame
	Keys        string // "2 keys"
	Permissions []Permission
	Error       string
}

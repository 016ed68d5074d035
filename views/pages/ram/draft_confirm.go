package ram

// DraftConfirm is step four: everything once more, before it becomes true.
type DraftConfirm struct {
	DraftFrame
	Effect      string // "On Submit, 2 principals get access at once and 1 invitation goes out"
	EffectMore  string
	Nobody      bool
	Name        string
	Description string
	Tags        []string
	Keys        []Key
	Permission  Permission
	Scope       string
	Principals  []ChosenPrincipal
}

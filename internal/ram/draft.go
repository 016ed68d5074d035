package ram

import (
	"context"
	"fmt"
	"time"

	"sharedkms/internal/iam"
	"sharedkms/internal/org"
	"sharedkms/internal/store"
)

// Step is a page of the wizard, in the words of its URL.
type Step string

// The steps, in order.
const (
	StepDetails     Step = "details"
	StepPermissions Step = "permissions"
	StepPrincipals  Step = "principals"
	StepConfirm     Step = "confirm"
)

// Steps lists them in order.
var Steps = []Step{StepDetails, StepPermissions, StepPrincipals, StepConfirm}

// Draft is the unfinished form of a share. It belongs to its user, lapses 24 h after
// its last change, and leaves no trace.
type Draft struct {
	ID            DraftID
	Version       int64 // posted with each step, compared and set
	Name          string
	Description   string
	Tags          []Tag
	Keys          []string // key IDs, in the order they were picked
	Permissions   map[string]PermissionID
	AllowExternal bool
	Principals    []string // account IDs and canonical URNs, in the order they were added
	Done          []Step   // steps finished
	Next          Step     // the first step not finished: the last one that can be opened
	CreatedAt     time.Time
	UpdatedAt     time.Time
	ExpiresAt     time.Time
	Share         ShareID // made by Confirm, else empty
}

// Opens reports whether step can be opened: every step before it is finished.
func (d Draft) Opens(step Step) bool { return false }

// Elsewhere is the answer for a step that cannot be opened: Share is set when the draft
// has become a share, else Step is the first one that is not finished. The page
// redirects there.
type Elsewhere struct {
	Draft DraftID
	Step  Step
	Share ShareID
}

// Error says where to go.
func (e *Elsewhere) Error() string {
	return fmt.Sprintf("draft %s is at step %s, share %q", e.Draft, e.Step, e.Share)
}

// NewDraft is what a draft may begin with.
type NewDraft struct {
	Keys []string // own key IDs to pick beforehand; those that cannot be shared are left out
}

// CreateDraft begins a draft with a suggested name.
//
// Errors: Forbidden without ram:resourceShares:create; Quota beyond 20 drafts.
func (s *Service) CreateDraft(ctx context.Context, caller iam.Caller, in NewDraft) (DraftID, error) {
	return "", errNotBuilt
}

// ListDrafts gives the caller's drafts that are not shares yet, newest first.
func (s *Service) ListDrafts(ctx context.Context, caller iam.Caller) ([]Draft, error) {
	return nil, errNotBuilt
}

// GetDraft gives one draft of the caller, submitted or not.
//
// Errors: NotFound for a missing one, a lapsed one and another user's.
func (s *Service) GetDraft(ctx context.Context, caller iam.Caller, id DraftID) (Draft, error) {
	return Draft{}, errNotBuilt
}

// DeleteDraft discards a draft; one that is gone already is no error.
func (s *Service) DeleteDraft(ctx context.Context, caller iam.Caller, id DraftID) error {
	return errNotBuilt
}

// KeyFilter narrows the left pane of step one.
type KeyFilter struct {
	Region string // empty means the first region offered
	Name   string // prefix, without regard to case, or a whole key ID
	Usage  string // ENCRYPT_DECRYPT, SIGN_VERIFY or empty
}

// DetailsPage is what step one shows. Available holds own custom keys, enabled or
// disabled, that are not picked.
type DetailsPage struct {
	Draft     Draft
	Picked    []Key
	Region    string
	Available []Key
	Edges     store.Edges
}

// DetailsPage reads step one.
//
// Errors: NotFound; *Elsewhere when submitted.
func (s *Service) DetailsPage(ctx context.Context, caller iam.Caller, id DraftID, filter KeyFilter, slice store.Slice) (DetailsPage, error) {
	return DetailsPage{}, errNotBuilt
}

// DetailsInput is what step one posts. Name, description and tags replace the draft's;
// keys are added (AddKeys: key IDs or key URNs) and removed.
type DetailsInput struct {
	Version     int64
	Name        string
	Description string
	Tags        []Tag
	AddKeys     []string
	RemoveKeys  []string
	ClearKeys   bool
	Finish      bool // Next was pressed; else search, add or remove: the step is saved as it is
}

// SaveDetails saves step one. Unfinished, it keeps name, description and tags as typed
// and checks only the keys that are added; finished, it checks all.
//
// Errors: Invalid with fields name, description, tags, keys (nothing is saved);
// NotFound; Conflict when another tab saved meanwhile; *Elsewhere when submitted.
func (s *Service) SaveDetails(ctx context.Context, caller iam.Caller, id DraftID, in DetailsInput) (Draft, error) {
	return Draft{}, errNotBuilt
}

// PermissionChoice is one resource type with what may be chosen for it.
type PermissionChoice struct {
	ResourceType string
	Chosen       PermissionID // the default one until chosen
	Permissions  []Permission
}

// PermissionsPage is what step two shows.
type PermissionsPage struct {
	Draft   Draft
	Choices []PermissionChoice
}

// PermissionsPage reads step two.
//
// Errors: NotFound; *Elsewhere.
func (s *Service) PermissionsPage(ctx context.Context, caller iam.Caller, id DraftID) (PermissionsPage, error) {
	return PermissionsPage{}, errNotBuilt
}

// PermissionsInput is what step two posts.
type PermissionsInput struct {
	Version     int64
	Permissions map[string]PermissionID // by resource type
	Finish      bool
}

// SavePermissions saves step two.
//
// Errors: Invalid with the field "permission"; NotFound; Conflict; *Elsewhere.
func (s *Service) SavePermissions(ctx context.Context, caller iam.Caller, id DraftID, in PermissionsInput) (Draft, error) {
	return Draft{}, errNotBuilt
}

// Chosen is a principal in a draft, with what naming it means.
type Chosen struct {
	Principal string
	Kind      PrincipalKind
	Name      string
	InOrg     bool
	AtOnce    bool // access at once; else an invitation, valid for 7 days
	Accounts  int  // of a unit or organization: accounts reached now besides the owner's
	Problem   string
}

// WhyNoOrganization says why principals cannot be named through the organization.
type WhyNoOrganization string

// The reasons. Empty means they can.
const (
	OrganizationUsable    WhyNoOrganization = ""
	NotInOrganization     WhyNoOrganization = "none"
	SharingOff            WhyNoOrganization = "off"       // ManagementName can switch it on
	OrganizationForbidden WhyNoOrganization = "forbidden" // no policy lets the user read it
)

// PrincipalsPage is what step three shows. Tree is nil unless Why is empty.
type PrincipalsPage struct {
	Draft          Draft
	Chosen         []Chosen
	Why            WhyNoOrganization
	Organization   string // its name, empty without one
	ManagementName string // of the account that can switch sharing on
	ManagementID   iam.AccountID
	IsManagement   bool // the caller's account is it
	Tree           *org.Tree
}

// PrincipalsPage reads step three.
//
// Errors: NotFound; *Elsewhere.
func (s *Service) PrincipalsPage(ctx context.Context, caller iam.Caller, id DraftID) (PrincipalsPage, error) {
	return PrincipalsPage{}, errNotBuilt
}

// PrincipalsInput is what step three posts. Add holds account IDs and URNs of
// organization, root or unit as typed or ticked.
type PrincipalsInput struct {
	Version       int64
	AllowExternal bool
	Add           []string
	Remove        []string
	Clear         bool
	Finish        bool
}

// SavePrincipals saves step three. No principal at all is allowed: nobody has access
// until one is added.
//
// Errors: Invalid with the fields principal (what was typed) and scope; NotFound;
// Conflict; *Elsewhere.
func (s *Service) SavePrincipals(ctx context.Context, caller iam.Caller, id DraftID, in PrincipalsInput) (Draft, error) {
	return Draft{}, errNotBuilt
}

// Review is what step four shows. Invitations and AtOnce count principals.
type Review struct {
	Draft        Draft
	Keys         []Key
	Permissions  []Permission
	Chosen       []Chosen
	Organization string
	Invitations  int
	AtOnce       int
	NameTaken    bool          // another own share has this name: allowed, worth a word
	Problems     []StepProblem // what moved since the step was saved; Submit would refuse
}

// StepProblem is something that Confirm would refuse, and the step that mends it.
type StepProblem struct {
	Step    Step
	Message string
	Code    string
}

// Review reads step four.
//
// Errors: NotFound; *Elsewhere.
func (s *Service) Review(ctx context.Context, caller iam.Caller, id DraftID) (Review, error) {
	return Review{}, errNotBuilt
}

// StepOf tells which step mends a field of an error of ConfirmDraft, whose fields are
// named details.name, details.keys, permissions.permission, principals.principal and
// so on.
func StepOf(field string) Step { return StepDetails }

// ConfirmDraft checks everything again and makes the share, all in one transaction.
// Called again, it gives the share that the first call made.
//
// Errors: Invalid with fields that name their step (StepOf); Forbidden; NotFound;
// Quota; Conflict when the draft was changed in another tab; *Elsewhere when a step is
// not finished.
func (s *Service) ConfirmDraft(ctx context.Context, caller iam.Caller, id DraftID, version int64) (ShareID, error) {
	return "", errNotBuilt
}

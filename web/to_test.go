package web_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"sharedkms/internal/store/storetest"
	"sharedkms/views/to"
	"sharedkms/web"
	"sharedkms/web/webtest"
)

const anID = "0f8fad5b-d9cb-469f-a165-70867728950e"

// addresses has what every function of views/to gives, the ones with an act for each act that a
// page or handler names.
func addresses(t *testing.T) map[string][]string {
	t.Helper()
	acts := func(function string, address func(act string) string) []string {
		var list []string
		for _, act := range namedActs(t, function) {
			list = append(list, address(act))
		}
		if len(list) == 0 {
			t.Errorf("nothing calls to.%s", function)
		}
		return list
	}
	one := func(address string) []string { return []string{address} }
	const region = walkRegion
	return map[string][]string{
		"Overview": one(to.Overview()), "SignIn": one(to.SignIn()), "SignInDemo": one(to.SignInDemo()), "SignOut": one(to.SignOut()),
		"Me": one(to.Me()), "Password": one(to.Password()), "RevokeSignIn": one(to.RevokeSignIn(anID)), "Appearance": one(to.Appearance()),
		"Traces": one(to.Traces()), "TracesOf": one(to.TracesOf(anID)), "Trace": one(to.Trace(anID)), "TracesExport": one(to.TracesExport()),
		"Keys": one(to.Keys(region)), "KeysExport": one(to.KeysExport(region)), "DefaultKeys": one(to.DefaultKeys(region)), "SharedKeys": one(to.SharedKeys(region)),
		"KeyNew": one(to.KeyNew(region)), "Key": one(to.Key(region, anID)), "KeyTab": one(to.KeyTab(region, anID, "tags")),
		"KeyAct":  acts("KeyAct", func(act string) string { return to.KeyAct(region, anID, act) }),
		"Secrets": one(to.Secrets(region)), "SecretsExport": one(to.SecretsExport(region)), "SecretsUnderKey": one(to.SecretsUnderKey(region, anID)),
		"SecretNew": one(to.SecretNew(region)), "SecretNewWithKey": one(to.SecretNewWithKey(region, anID)), "Secret": one(to.Secret(region, anID)),
		"SecretAct": acts("SecretAct", func(act string) string { return to.SecretAct(region, anID, act) }),
		"Shares":    one(to.Shares()), "SharesExport": one(to.SharesExport()), "Share": one(to.Share(anID)),
		"ShareAct":    acts("ShareAct", func(act string) string { return to.ShareAct(anID, act) }),
		"ShareDrafts": one(to.ShareDrafts()), "ShareDraftDiscard": one(to.ShareDraftDiscard(anID)),
		"ShareDraft":      {to.ShareDraft(anID, "details"), to.ShareDraft(anID, "permissions"), to.ShareDraft(anID, "principals"), to.ShareDraft(anID, "confirm")},
		"SharePrincipals": one(to.SharePrincipals(anID)), "SharePrincipalRemove": one(to.SharePrincipalRemove(anID, anID)), "ShareResourceRemove": one(to.ShareResourceRemove(anID, anID)),
		"SharesReceived": one(to.SharesReceived()), "SharesReceivedExport": one(to.SharesReceivedExport()), "SharesPending": one(to.SharesPending()), "ShareReceived": one(to.ShareReceived(anID)),
		"ShareReceivedAct": acts("ShareReceivedAct", func(act string) string { return to.ShareReceivedAct(anID, act) }),
		"SharedResources":  one(to.SharedResources()), "SharedPrincipals": one(to.SharedPrincipals()), "ReceivedResources": one(to.ReceivedResources()), "Owners": one(to.Owners()),
		"Export":   {to.Export(to.SharedResources()), to.Export(to.SharedPrincipals()), to.Export(to.ReceivedResources()), to.Export(to.Owners())},
		"Filtered": one(to.Filtered(to.SharedPrincipals(), "resource", anID)), "SharesReceivedFiltered": one(to.SharesReceivedFiltered("resource", anID)),
		"ShareRemove": one(to.ShareRemove(anID)), "PrincipalWithdraw": one(to.PrincipalWithdraw(anID)), "InvitationsAnswer": one(to.InvitationsAnswer()),
		"Asking":       one(to.Asking(to.ShareRemove(anID), "principal", []string{anID})),
		"Organization": one(to.Organization()), "OrganizationInvitations": one(to.OrganizationInvitations()),
		"OrganizationInvitationsExport": one(to.OrganizationInvitationsExport()), "Members": one(to.Members()), "MembersExport": one(to.MembersExport()),
		"OrganizationAct":           acts("OrganizationAct", func(act string) string { return to.OrganizationAct(act) }),
		"OrganizationInvitationAct": acts("OrganizationInvitationAct", func(act string) string { return to.OrganizationInvitationAct(anID, act) }),
		"Units":                     one(to.Units()), "Unit": one(to.Unit(anID)), "UnitAct": acts("UnitAct", func(act string) string { return to.UnitAct(anID, act) }),
		"Member": one(to.Member(anID)), "MemberAct": acts("MemberAct", func(act string) string { return to.MemberAct(anID, act) }),
		"Settings": one(to.Settings()), "SettingsSharing": {to.SettingsSharing("enable"), to.SettingsSharing("disable")},
		"Permissions": one(to.Permissions()), "PermissionsExport": one(to.PermissionsExport()), "PermissionNew": one(to.PermissionNew()),
		"Permission": one(to.Permission(anID)), "PermissionVersions": one(to.PermissionVersions(anID)), "PermissionVersionNew": one(to.PermissionVersionNew(anID)),
		"PermissionAct":        {to.PermissionAct(anID, "delete"), to.PermissionAct(anID, "update")},
		"PermissionVersionAct": {to.PermissionVersionAct(anID, 1, "default"), to.PermissionVersionAct(anID, 1, "delete")},
		"SharesOfPermission":   one(to.SharesOfPermission(anID)), "SharesOutdated": one(to.SharesOutdated()),
		"SharePrincipalEnd": one(to.SharePrincipalEnd(anID, anID)), "Feeds": one(to.Feeds()), "FeedRevoke": one(to.FeedRevoke(anID)), "Calendar": one(to.Calendar("token")),
		"SharePrincipalResend": one(to.SharePrincipalResend(anID, anID)), "ShareUntag": one(to.ShareUntag(anID, "team")),
		"InvitationAct": acts("InvitationAct", func(act string) string { return to.InvitationAct(anID, act) }),
	}
}

// namedActs reads the words that function is called with out of the sources.
func namedActs(t *testing.T, function string) []string {
	t.Helper()
	call := regexp.MustCompile(`to\.` + function + `\([^"\n]*"([a-z-]+)"\)`)
	var list []string
	for _, dir := range []string{"../views", "../web"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, m := range call.FindAllStringSubmatch(string(text), -1) {
				list = append(list, m[1])
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// TestAddressesLeadToRoutes asks the table for every address that views/to makes, so that no page
// links to nowhere and no route is out of reach.
func TestAddressesLeadToRoutes(t *testing.T) {
	c := webtest.New(t, storetest.SQLite(t))
	e := echo.New()
	reached := map[string]bool{}
	for _, r := range web.Table(web.Config{Regions: []string{walkRegion}, Now: c.Now}, c.Services) {
		e.Add(r.Method, r.Path, func(echo.Context) error { return nil })
		reached[r.Path] = false
	}
	all := addresses(t)
	for _, name := range exported(t, "../views/to") {
		if len(all[name]) == 0 {
			t.Errorf("to.%s is not in the list of this test", name)
		}
	}
	for name, list := range all {
		for _, address := range list {
			u, err := url.Parse(address)
			if err != nil {
				t.Errorf("to.%s gives %q: %v", name, address, err)
				continue
			}
			found := false
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				ctx := e.NewContext(nil, nil)
				e.Router().Find(method, u.Path, ctx)
				if _, ok := reached[ctx.Path()]; ok {
					found, reached[ctx.Path()] = true, true
				}
			}
			if !found {
				t.Errorf("to.%s gives %s, which no route answers", name, u.Path)
			}
		}
	}
	for path, ok := range reached {
		if !ok {
			t.Errorf("no address of views/to leads to %s", path)
		}
	}
}

// exported lists the exported functions of a package.
func exported(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.IsExported() {
				names = append(names, f.Name.Name)
			}
		}
	}
	return names
}

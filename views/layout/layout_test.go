package layout_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"sharedkms/views/components/alert"
	"sharedkms/views/layout"
	"sharedkms/views/viewtest"
)

func frame() layout.Frame {
	return layout.Frame{
		Title: "Resource Shares", Path: "/ram/shared-by-me/resource-shares?q=a&tab=b",
		AccountID: "7c9e41d2b60f4a83915e2ad7c08b36f4", AccountName: "Harbor Retail", UserName: "mara.lindqvist",
		Demo:       true,
		Identities: []layout.Identity{{ID: "u1", Account: "Harbor Retail", User: "mara.lindqvist", Current: true}, {ID: "u2", Account: "Lumen Logistics", User: "root"}},
		HomeRegion: "eu-west-101",
		Regions:    []layout.Region{{Name: "eu-west-101", Href: "/kms/eu-west-101/keys"}, {Name: "cn-north-4", Href: "/kms/cn-north-4/keys"}},
		Area:       layout.AreaSharing, Active: layout.ItemSharesByMe,
		FormToken: "token", Appearance: layout.Dark,
		Notices: []layout.Notice{{Kind: alert.Success, Text: "Share updated.", LinkText: "View share", LinkHref: "/share"}},
	}
}

func page(t *testing.T, f layout.Frame) string {
	t.Helper()
	heading := layout.Head(f, layout.Heading{Title: "Resource Shares", Lead: "Keys this account shares."})
	crumbs := []layout.Crumb{{Text: "Resource Access Manager", Href: "/ram"}, {Text: "Shared by Me"}, {Text: "Resource Shares"}}
	return viewtest.RenderWith(t, layout.Page(f, crumbs), heading)
}

func TestPage(t *testing.T) {
	viewtest.Golden(t, "page_global_dark", page(t, frame()))

	regional := layout.Frame{
		Title: "Keys", AccountID: "7c9e", AccountName: "Harbor Retail", UserName: "root", Region: "cn-north-4",
		Regions: frame().Regions, Area: layout.AreaWorkshop, Active: layout.ItemKeys, FormToken: "token", Path: "/kms/cn-north-4/keys",
	}
	viewtest.Golden(t, "page_regional_system", viewtest.RenderWith(t, layout.Page(regional, nil), layout.Section()))
}

func TestParts(t *testing.T) {
	f := frame()
	viewtest.Golden(t, "head_under", viewtest.RenderWith(t, layout.Head(f, layout.Heading{Title: "orders", Under: templ.Raw("<b>Enabled</b>")}), templ.Raw("<a>act</a>")))
	viewtest.Golden(t, "section", viewtest.RenderWith(t, layout.Section(), templ.Raw("<b></b>")))
	viewtest.Golden(t, "bare", viewtest.RenderWith(t, layout.Bare(layout.Frame{Demo: true, Appearance: layout.Light}), templ.Raw("<main></main>")))
}

// Each area has its own side menu, with exactly the page's entry marked.
func TestSideMenus(t *testing.T) {
	current := regexp.MustCompile(`pf-m-current" href="([^"]+)" aria-current="page">[^<]`)
	for _, test := range []struct {
		area layout.Area
		item layout.Item
		want string
	}{
		{layout.AreaHome, layout.ItemOverview, "/"},
		{layout.AreaHome, layout.ItemMe, "/me"},
		{layout.AreaWorkshop, layout.ItemKeys, "/kms/eu-west-101/keys"},
		{layout.AreaWorkshop, layout.ItemSecrets, "/csms/eu-west-101/secrets"},
		{layout.AreaSharing, layout.ItemSharesByMe, "/ram/shared-by-me/resource-shares"},
		{layout.AreaSharing, layout.ItemSharesWithMe, "/ram/shared-with-me/resource-shares"},
		{layout.AreaSharing, layout.ItemSettings, "/ram/settings"},
		{layout.AreaOrganizations, layout.ItemOrganization, "/organizations"},
		{layout.AreaTraces, layout.ItemTraces, "/cts/traces"},
	} {
		f := frame()
		f.Area, f.Active = test.area, test.item
		found := current.FindAllStringSubmatch(page(t, f), -1)
		if len(found) != 1 || found[0][1] != test.want {
			t.Errorf("area %d, item %d: marked %v, want %s", test.area, test.item, found, test.want)
		}
	}
}

// The content security policy allows nothing inline, and every form that posts carries the token.
func TestNothingInlineAndEveryPostHasItsToken(t *testing.T) {
	html := page(t, frame())
	if found := regexp.MustCompile(`<style|\sstyle=|\son[a-z]+=|javascript:|<script(?: defer)?>`).FindAllString(html, -1); len(found) > 0 {
		t.Errorf("inline: %q", found)
	}
	for _, f := range regexp.MustCompile(`(?s)<form[^>]*method="post".*?</form>`).FindAllString(html, -1) {
		if !strings.Contains(f, `name="form_token" value="token"`) {
			t.Errorf("no token in %s", f)
		}
	}
	for _, area := range []string{"/kps/", "/rds/", "/dds/", "/obs/", "/iam/"} {
		if strings.Contains(html, `"`+area) {
			t.Errorf("a menu leads to %s, which is not built", area)
		}
	}
}

package ram

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"sharedkms/internal/ram"
	"sharedkms/internal/store"
	page "sharedkms/views/pages/ram"
	"sharedkms/web/handle"
)

// picksShown is how many keys the left pane offers at once.
const picksShown = 20

type detailsForm struct {
	Version     int64    `form:"version"`
	Name        string   `form:"name"`
	Description string   `form:"description"`
	EndsDate    string   `form:"ends_date"`
	EndsTime    string   `form:"ends_time"`
	TagKeys     []string `form:"tag_key"`
	TagValues   []string `form:"tag_value"`
	Ticked      []string `form:"pick"`
	Region      string   `form:"region"`
	Query       string   `form:"q"`
}

// tags are the rows that hold anything, without the one whose removal was asked for.
func (in detailsForm) tags(x *handle.Exchange) []ram.Tag {
	removed := -1
	if n, ok := after(x, page.DoRemoveTag); ok {
		removed, _ = strconv.Atoi(n)
	}
	var tags []ram.Tag
	for i, key := range in.TagKeys {
		value := ""
		if i < len(in.TagValues) {
			value = in.TagValues[i]
		}
		if i != removed && (key != "" || value != "") {
			tags = append(tags, ram.Tag{Key: key, Value: value})
		}
	}
	return tags
}

func (in detailsForm) details(x *handle.Exchange) ram.DetailsInput {
	d := ram.DetailsInput{
		Version: in.Version, Name: in.Name, Description: in.Description, Tags: in.tags(x), Ends: ram.TypedEnd(in.EndsDate, in.EndsTime),
		AddKeys: in.Ticked, ClearKeys: x.Do() == page.DoClearKeys, Finish: finishes(x),
	}
	if d.ClearKeys {
		d.AddKeys = nil
	}
	if id, ok := after(x, page.DoRemoveKey); ok {
		d.RemoveKeys = []string{id}
	}
	return d
}

// place is the query that keeps region, search and page of the left pane, and the part of the page.
func (in detailsForm) place(x *handle.Exchange) string {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("region", in.Region)
	set("q", strings.TrimSpace(in.Query))
	if cursor, ok := after(x, page.DoPage+"next-"); ok {
		set("cursor", cursor)
	}
	if cursor, ok := after(x, page.DoPage+"prev-"); ok {
		set("cursor", cursor)
		set("back", "1")
	}
	part := "#keys"
	if strings.Contains(x.Do(), "-tag") {
		part = "#tag"
	}
	if len(q) == 0 {
		return part
	}
	return "?" + q.Encode() + part
}

// DraftDetails shows step one.
func (h *Handlers) DraftDetails(x *handle.Exchange) error {
	slice := x.Slice(picksShown)
	m, err := h.detailsPage(x, x.Query("region"), x.Query("q"), slice)
	if err != nil {
		return elsewhere(x, err)
	}
	return x.Page(http.StatusOK, page.DraftDetailsPage(frameByMe(x, stepTitle(m.DraftFrame)), m))
}

func (h *Handlers) detailsPage(x *handle.Exchange, region, query string, slice store.Slice) (page.DraftDetails, error) {
	if !slices.Contains(x.Site.Regions, region) {
		region = x.HomeRegion()
	}
	p, err := h.ram.DetailsPage(x.Context(), x.Caller, ram.DraftID(x.Param("id")), ram.KeyFilter{Region: region, Name: query}, slice)
	if err != nil {
		return page.DraftDetails{}, err
	}
	return page.NewDraftDetails(p, x.Site.Regions, query), nil
}

// DraftDetailsSave saves step one.
func (h *Handlers) DraftDetailsSave(x *handle.Exchange) error {
	if err := x.AtMost(ram.MaxTags+1, "tag_key", "tag_value"); err != nil {
		return err
	}
	var in detailsForm
	if err := x.Form(&in); err != nil {
		return err
	}
	draft, err := h.ram.SaveDetails(x.Context(), x.Caller, ram.DraftID(x.Param("id")), in.details(x))
	if _, ok := handle.Refused(err); ok {
		return h.detailsAgain(x, in, err)
	}
	if err != nil {
		return elsewhere(x, err)
	}
	return moveOn(x, draft, ram.StepDetails, in.place(x))
}

// detailsAgain shows the step as it was typed, with what is wrong.
func (h *Handlers) detailsAgain(x *handle.Exchange, in detailsForm, refused error) error {
	m, err := h.detailsPage(x, in.Region, strings.TrimSpace(in.Query), store.Slice{Size: picksShown})
	if err != nil {
		return elsewhere(x, err)
	}
	m.Name, m.Description = input(in.Name, refused, "name"), input(in.Description, refused, "description")
	m.Ends = page.NewEnds(ram.TypedEnd(in.EndsDate, in.EndsTime))
	m.Ends.Wrong = input("", refused, "ends")
	m.Tags, m.TagsError = page.TagRows(in.tags(x)), input("", refused, "tags")
	m.Keys = input("", refused, "keys")
	m.Tick(in.Ticked)
	notSaved(&m.DraftFrame, refused, handle.Label{Field: "name", Text: "Name"}, handle.Label{Field: "description", Text: "Description"},
		handle.Label{Field: "ends", Text: "Ends", ID: "ends_date"},
		handle.Label{Field: "tags", Text: "Tags", ID: "tag"}, handle.Label{Field: "keys", Text: "Keys to share"})
	return x.Page(http.StatusUnprocessableEntity, page.DraftDetailsPage(frameByMe(x, stepTitle(m.DraftFrame)), m))
}

package tag_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sharedkms/internal/tag"
)

func TestCheck(t *testing.T) {
	one := func(key, value string) []tag.Tag { return []tag.Tag{{Key: key, Value: value}} }
	many := make([]tag.Tag, 21)
	for i := range many {
		many[i].Key = strings.Repeat("k", i+1)
	}
	for name, c := range map[string]struct {
		tags []tag.Tag
		at   []int
		says string
	}{
		"none":                       {nil, nil, ""},
		"letters of the world":       {one("Größe 尺寸 ١", "a/b ½ Ⅷ"), nil, ""},
		"all marks":                  {one("_.:=+-@", "_.:/=+-@"), nil, ""},
		"spaces around a value":      {one("k", " v "), nil, ""},
		"longest":                    {one(strings.Repeat("é", 128), strings.Repeat("é", 255)), nil, ""},
		"20":                         {many[:20], nil, ""},
		"21":                         {many, []int{tag.List}, "21 tags"},
		"no key":                     {one("", "v"), []int{0}, "no key"},
		"key of 129":                 {one(strings.Repeat("k", 129), ""), []int{0}, "1 to 128"},
		"value of 256":               {one("k", strings.Repeat("v", 256)), []int{0}, "up to 255"},
		"slash in a key":             {one("a/b", ""), []int{0}, "cannot be a tag key"},
		"markup in a key":            {one("<b>", ""), []int{0}, "cannot be a tag key"},
		"markup in a value":          {one("k", "<b>"), []int{0}, "cannot have this value"},
		"space at the end":           {one("k ", ""), []int{0}, "no space at its ends"},
		"wide space at the start":    {one("\u2003k", ""), []int{0}, "no space at its ends"},
		"line break":                 {one("k", "a\nb"), []int{0}, "cannot have this value"},
		"combining mark":             {one("k", "e\u0301"), []int{0}, "cannot have this value"},
		"no text":                    {one("k\xff", ""), []int{0}, "cannot be a tag key"},
		"replacement for what is no": {one("k", "\xff"), []int{0}, "cannot have this value"},
		"reserved":                   {one("_sys_k", ""), []int{0}, "reserved"},
		"twice":                      {[]tag.Tag{{Key: "a"}, {Key: "a", Value: "b"}}, []int{1}, "there twice"},
		"case makes another":         {[]tag.Tag{{Key: "a"}, {Key: "A"}}, nil, ""},
		"key and value":              {one("<", "<"), []int{0, 0}, "cannot be a tag key"},
		"each wrong one":             {[]tag.Tag{{Key: "<"}, {Key: "fine"}, {Value: "v"}}, []int{0, 2}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			problems := tag.Check(c.tags)
			var at []int
			for _, p := range problems {
				at = append(at, p.At)
			}
			if d := cmp.Diff(c.at, at); d != "" {
				t.Fatalf("wrong tags (-want +got):\n%s", d)
			}
			if len(problems) > 0 && !strings.Contains(problems[0].Text, c.says) {
				t.Errorf("it says %q, want %q in it", problems[0].Text, c.says)
			}
		})
	}
}

package main

import (
	"fmt"
	"go/parser"
	"path"
	"slices"
	"strconv"
	"strings"
)

// module is the module's path, which begins every import of our own.
const module = "sharedkms"

// floors are the rooms of internal from the ground up. A room imports rooms of the floors
// below it, never of its own floor or above.
var floors = [][]string{
	{"fault", "tag", "calendar"},
	{"store"},
	{"seal"},
	{"audit"},
	{"iam"},
	{"org", "cts"},
	{"keyuse"},
	{"kms"},
	{"ram", "csms"},
	{"jobs", "demo"},
}

// vague are names of packages that say nothing of what is inside.
var vague = []string{"util", "utils", "common", "helpers", "helper", "models", "model", "misc", "shared", "base"}

func floor(room string) int {
	return slices.IndexFunc(floors, func(f []string) bool { return slices.Contains(f, room) })
}

// place is where a package stands: its area (internal, web, views, cmd, static, bench,
// scripts, or a foreign module's path) and, within internal, its room.
type place struct{ area, room string }

func placeOf(importPath string) place {
	inside, ours := strings.CutPrefix(importPath, module+"/")
	if !ours {
		return place{area: importPath}
	}
	parts := strings.Split(inside, "/")
	p := place{area: parts[0]}
	if p.area == "internal" && len(parts) > 1 {
		p.room = parts[1]
	}
	return p
}

// rooms holds the directions of imports (CONTRIBUTING.md, "The rooms"). Tests in the
// outside package are exempt: a test of kms may share a key by ram.
func rooms(root string) ([]string, error) {
	sources, err := goFiles(root, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var findings []string
	for _, s := range sources {
		dir := path.Dir(s.path)
		from := placeOf(module + "/" + dir)
		if slices.Contains(vague, path.Base(dir)) {
			findings = append(findings, fmt.Sprintf("%s:1: the name %s says nothing: put the code into the room that owns the idea", s.path, path.Base(dir)))
		}
		if from.area == "internal" && floor(from.room) < 0 {
			findings = append(findings, fmt.Sprintf("%s:1: the room internal/%s has no floor: give it one in scripts/lint/rooms.go and CONTRIBUTING.md", s.path, from.room))
			continue
		}
		if s.outside() {
			continue
		}
		for _, imp := range s.file.Imports {
			target, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return nil, err
			}
			if why := forbidden(from, placeOf(target)); why != "" {
				findings = append(findings, fmt.Sprintf("%s:%d: imports %s: %s", s.path, s.line(imp.Pos()), target, why))
			}
		}
	}
	return findings, nil
}

// forbidden says why code in one place may not import another, or nothing.
func forbidden(from, to place) string {
	echo := strings.HasPrefix(to.area, "github.com/labstack/echo")
	gorm := strings.HasPrefix(to.area, "gorm.io/")
	switch {
	case echo && from.area != "web":
		return "only web knows HTTP and echo"
	case gorm && from.area != "internal" && from.area != "bench":
		return "queries live in internal, beside the rule they serve"
	case from.area == "internal":
		return forbiddenInside(from, to)
	case from.area == "views" && (to.area == "web" || to == place{"internal", "store"}):
		return "a view shows the values it is given; it neither looks up nor answers requests"
	case from.area == "views" && to.area == "cmd", from.area == "web" && to.area == "cmd":
		return "cmd is the outermost room: it wires the others and nobody imports it"
	case from.area == "static" && slices.Contains([]string{"internal", "web", "views", "cmd"}, to.area):
		return "static holds files and imports nothing of ours"
	case to.area == "bench" && from.area != "bench", to.area == "scripts" && from.area != "scripts":
		return "bench and scripts are tools; the program does not need them"
	}
	return ""
}

func forbiddenInside(from, to place) string {
	switch to.area {
	case "web", "views", "cmd", "static", "bench", "scripts":
		return "internal is the domain: it knows neither pages nor HTTP nor the command line"
	case "internal":
		if from.room == to.room {
			return ""
		}
		mine, theirs := floor(from.room), floor(to.room)
		if theirs < 0 || theirs > mine {
			return fmt.Sprintf("%s lies above %s; imports point down: declare an interface in %s and let cmd wire it", to.room, from.room, from.room)
		}
		if theirs == mine {
			return fmt.Sprintf("%s and %s stand on the same floor and do not know each other: declare an interface and let cmd wire it", to.room, from.room)
		}
	}
	return ""
}

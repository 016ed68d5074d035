package layout

import "sharedkms/views/components/icon"

// htmxConfig turns off what a strict policy forbids (inline styles, eval) and what must not happen
// here: pages in the browser's storage, since they may hold names of secrets, and requests elsewhere.
const htmxConfig = `{"includeIndicatorStyles":false,"allowEval":false,"allowScriptTags":false,"selfRequestsOnly":true,"historyCacheSize":0,"refreshOnHistoryMiss":true,"scrollBehavior":"instant"}`

// navIDs name the sections of a side menu.
var navIDs = [...]string{"nav-1", "nav-2", "nav-3", "nav-4"}

func (f *Frame) appearanceIcon() icon.Icon {
	switch f.Appearance {
	case Light:
		return icon.Sun
	case Dark:
		return icon.Moon
	default:
		return icon.Screen
	}
}

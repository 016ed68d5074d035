package code

import "strings"

// name is what the region with the text is called: the button's words without the verb.
func name(label string) string {
	word := strings.TrimPrefix(label, "Copy ")
	if word == "" {
		return label
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

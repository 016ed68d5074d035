package dialog

import "sharedkms/views/components/button"

func (p *Props) variant() button.Variant {
	if p.Variant == "" {
		return button.Danger
	}
	return p.Variant
}

// typing reports whether focus starts where something is typed, not on the harmless button.
func (p *Props) typing() bool { return p.Confirm != "" || p.Typing }

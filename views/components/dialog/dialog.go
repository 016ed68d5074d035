package dialog

import "sharedkms/views/components/button"

func (p *Props) variant() button.Variant {
	if p.Variant == "" {
		return button.Danger
	}
	return p.Variant
}

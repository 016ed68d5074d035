package field

import "github.com/a-h/templ"

// aria returns the attributes that every control has in common, in a fixed order.
func (p *Props) aria(id string) templ.OrderedAttributes {
	var attributes templ.OrderedAttributes
	add := func(key string, value any) {
		attributes = append(attributes, templ.KeyValue[string, any]{Key: key, Value: value})
	}
	if p.Required {
		add("required", true)
	}
	if p.Disabled {
		add("disabled", true)
	}
	if by := p.describedBy(id); by != "" {
		add("aria-describedby", by)
	}
	if p.Error != "" {
		add("aria-invalid", "true")
	}
	if p.Focus {
		add("autofocus", true)
	}
	return attributes
}

package filter

func (i Input) kind() string {
	if i.Type == "" {
		return "text"
	}
	return i.Type
}

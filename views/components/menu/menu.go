package menu

func (it Item) class() string {
	switch {
	case it.Danger:
		return "pf-v6-c-menu__list-item pf-m-danger"
	case it.Blocked:
		return "pf-v6-c-menu__list-item pf-m-disabled"
	default:
		return "pf-v6-c-menu__list-item"
	}
}

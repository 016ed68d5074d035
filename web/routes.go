package web

import (
	"slices"

	"sharedkms/views/to"
	"sharedkms/web/handle"
)

// routes is the table of the console, in the order of its menu. Each service has a file of its
// own, routes_<service>.go; tests walk the whole table.
func (s *server) routes() []handle.Route {
	return slices.Concat(
		s.signInRoutes(),
	)
}

func (s *server) signInRoutes() []handle.Route {
	open := func(r handle.Route) handle.Route { r.Open = true; return r }
	unsettled := func(r handle.Route) handle.Route { r.Unsettled = true; return r }
	return []handle.Route{
		open(handle.Get(to.SignIn(), "signin.show", s.showSignIn)),
		open(handle.Post(to.SignIn(), "signin.submit", s.signIn)),
		open(handle.Post(to.SignInDemo(), "signin.demo", s.signInDemo)),
		unsettled(handle.Post(to.SignOut(), "signin.end", s.signOut)),
	}
}

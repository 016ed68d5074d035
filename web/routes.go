package web

import (
	"slices"

	"sharedkms/views/to"
	ctsweb "sharedkms/web/cts"
	"sharedkms/web/handle"
	"sharedkms/web/me"
	"sharedkms/web/overview"
)

// routes is the table of the console, in the order of its menu. Each service has a file of its
// own, routes_<service>.go; tests walk the whole table.
func (s *server) routes() []handle.Route {
	return slices.Concat(
		s.overviewRoutes(),
		s.signInRoutes(),
		s.meRoutes(),
		s.kmsRoutes(),
		s.csmsRoutes(),
		s.ramRoutes(),
		s.permissionRoutes(),
		s.orgRoutes(),
		s.ctsRoutes(),
	)
}

func open(r handle.Route) handle.Route { r.Open = true; return r }

func unsettled(r handle.Route) handle.Route { r.Unsettled = true; return r }

func (s *server) overviewRoutes() []handle.Route {
	h := overview.New(s.services.KMS, s.services.RAM, s.services.Org, s.services.Tour)
	return []handle.Route{handle.Get(to.Overview(), "overview.show", h.Show)}
}

func (s *server) signInRoutes() []handle.Route {
	return []handle.Route{
		open(handle.Get(to.SignIn(), "signin.show", s.showSignIn)),
		open(handle.Post(to.SignIn(), "signin.submit", s.signIn)),
		open(handle.Post(to.SignInDemo(), "signin.demo", s.signInDemo)),
		unsettled(handle.Post(to.SignOut(), "signin.end", s.signOut)),
	}
}

func (s *server) meRoutes() []handle.Route {
	h := me.New(s.services.IAM, s.services.RAM)
	return []handle.Route{
		handle.Get(to.Me(), "me.show", h.Show),
		handle.Post("/me/sign-ins/:id/revoke", "signin.revoke", h.RevokeSignIn),
		handle.Post(to.Feeds(), "calendar.create", h.FeedCreate),
		handle.Post(to.Feeds()+"/:id/revoke", "calendar.revoke", h.FeedRevoke),
		open(handle.Get(to.Calendar(":token"), "calendar.show", h.Calendar)),
		unsettled(handle.Get(to.Password(), "password.form", h.PasswordForm)),
		unsettled(handle.Post(to.Password(), "password.change", h.PasswordChange)),
		unsettled(handle.Post(to.Appearance(), "appearance.set", h.SetAppearance)),
	}
}

func (s *server) ctsRoutes() []handle.Route {
	h := ctsweb.New(s.services.CTS)
	return []handle.Route{
		handle.Get(to.Traces(), "trace.list", h.TraceList),
		handle.Get(to.TracesExport(), "trace.export", h.TraceExport),
		handle.Get("/cts/traces/:id", "trace.detail", h.TraceDetail),
	}
}

// Table is the console's table of routes, for tests that walk it.
func Table(cfg Config, services Services) []handle.Route {
	s := &server{cfg: cfg, services: services}
	return s.routes()
}

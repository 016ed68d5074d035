package web

import (
	"sharedkms/views/to"
	csmsweb "sharedkms/web/csms"
	"sharedkms/web/handle"
)

// csmsRoutes are the pages of secrets.
func (s *server) csmsRoutes() []handle.Route {
	h := csmsweb.New(s.services.CSMS, s.services.KMS)
	const region, id = ":region", ":id"
	return []handle.Route{
		handle.Get(to.Secrets(region), "secret.list", h.SecretList),
		handle.Get(to.SecretsExport(region), "secret.export", h.SecretExport),
		handle.Get(to.SecretNew(region), "secret.new", h.SecretNew),
		handle.Post(to.SecretNew(region), "secret.create", h.SecretCreate).WithBody(csmsweb.FormBody),
		handle.Get(to.Secret(region, id), "secret.detail", h.SecretDetail),
		handle.Get(to.SecretAct(region, id, "show"), "secret.show.again", h.SecretShowAgain),
		handle.Post(to.SecretAct(region, id, "show"), "secret.show", h.SecretShow),
		handle.Get(to.SecretAct(region, id, "delete"), "secret.delete.ask", h.SecretAskDelete),
		handle.Post(to.SecretAct(region, id, "delete"), "secret.delete", h.SecretDelete),
	}
}

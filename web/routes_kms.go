package web

import (
	page "sharedkms/views/pages/kms"
	"sharedkms/views/to"
	"sharedkms/web/handle"
	kmsweb "sharedkms/web/kms"
)

// kmsRoutes are the pages of keys.
func (s *server) kmsRoutes() []handle.Route {
	h := kmsweb.New(s.services.KMS)
	const region, id = ":region", ":id"
	act := func(name string) string { return to.KeyAct(region, id, name) }
	return []handle.Route{
		handle.Get(to.Keys(region), "key.list", h.KeyList),
		handle.Get(to.KeysExport(region), "key.export", h.KeyExport),
		handle.Get(to.KeyNew(region), "key.new", h.KeyNew),
		handle.Post(to.KeyNew(region), "key.create", h.KeyCreate),
		handle.Get(to.Key(region, id), "key.detail", h.KeyDetail),
		handle.Get(act("rename"), "key.rename.ask", h.KeyEditName),
		handle.Post(act("rename"), "key.rename", h.KeyRename),
		handle.Get(act("description"), "key.describe.ask", h.KeyEditDescription),
		handle.Post(act("description"), "key.describe", h.KeyDescribe),
		handle.Get(act("enable"), "key.enable.ask", h.KeyAsk("enable")),
		handle.Post(act("enable"), "key.enable", h.KeyEnable),
		handle.Get(act("disable"), "key.disable.ask", h.KeyAsk("disable")),
		handle.Post(act("disable"), "key.disable", h.KeyDisable),
		handle.Get(act("delete"), "key.delete.ask", h.KeyAsk("delete")),
		handle.Post(act("delete"), "key.delete", h.KeyDelete),
		handle.Get(act("cancel-deletion"), "key.cancel-deletion.ask", h.KeyAsk("cancel-deletion")),
		handle.Post(act("cancel-deletion"), "key.cancel-deletion", h.KeyCancelDeletion),
		handle.Get(act("tool"), "key.tool.again", kmsweb.KeyTab(page.TabTool)),
		handle.Post(act("tool"), "key.tool", h.KeyTool),
		handle.Get(act("tag"), "key.tag.again", kmsweb.KeyTab(page.TabTags)),
		handle.Post(act("tag"), "key.tag", h.KeyTag),
		handle.Get(act("untag"), "key.untag.again", kmsweb.KeyTab(page.TabTags)),
		handle.Post(act("untag"), "key.untag", h.KeyUntag),
	}
}

// Every page of the console in every state worth looking at, by area: empty, one row, full,
// with errors, with an open menu or dialog. The story pages.js holds them to accessibility
// rules, shots.js takes their pictures. Nothing here ends or shares anything of the demo
// world, so scenes may be visited in any order. What must be shared or ended is made first, of keys of its
// own; a scene that would change what others show has undo. Scenes that differ without JavaScript say so:
// asks is a page that stands in for a dialog, list a list whose rows script dresses.

import { accepts, beginsShare, createsKey, decrypts, encrypts, fillsSecret, opensTool, region, sharesWithAccount } from "./acts.js";

const mara = ["Harbor Retail", "mara.lindqvist"];
const lumen = ["Lumen Logistics", "root"];
const management = ["Harbor Group Management", "root"];
const keys = `/kms/${region}/keys`;
const secrets = `/csms/${region}/secrets`;
const received = "/ram/shared-with-me/resource-shares";
const shares = "/ram/shared-by-me/resource-shares";

const petra = ["Harbor Group Management", "petra.sommer"];
const organization = "/organizations";
const settings = "/ram/settings";

const permissions = "/ram/permissions";
const security = ["Harbor Security", "root"];
const payments = ["Harbor Payments", "root"];

const at = (path) => (v) => v.page.goto(path);

// inTree opens the organization and follows an entry of its tree.
const inTree = (name, then) => async (v) => {
  await v.page.goto(organization);
  await v.page.locator(".k-tree").getByRole("link", { name, exact: true }).click();
  await v.at(name);
  if (then) await then(v);
};

// inside opens a list and follows the link of that name.
const inside = (list, name, then) => async (v) => {
  await v.page.goto(list);
  await v.follow(name, v.page.getByRole("table"));
  await v.at(name);
  if (then) await then(v);
};

const link = (name) => async (v) => v.page.getByRole("main").getByRole("link", { name }).first().click();

// wizard goes to one of the steps of a share that is never submitted.
const wizard = (step) => async (v) => {
  await v.page.goto(shares);
  await v.press("Create Resource Share");
  await v.at("Specify Resource Share Details");
  await v.fill({ Name: "orders-for-partners", Description: "Orders of all shops, for who ships and settles them." });
  await v.fill({ "Select retail-orders": true, "Select retail-customer-pii": true, "Select retail-price-feed": true });
  await v.press("Add ticked keys");
  await v.sees("3 of at most 20");
  if (step === 1) return;
  await v.next("Associate Permissions");
  if (step === 2) return;
  await v.fill({ "kms KeyId encrypt-decrypt statement": true });
  await v.next("Grant Access to Principals");
  await v.page.getByRole("checkbox", { name: /^Commerce/ }).check();
  await v.press("Add ticked");
  await v.row("Commerce").first().waitFor();
  await v.page.getByRole("radio", { name: "Account ID" }).check();
  await v.page.getByRole("textbox", { name: "Account ID" }).fill("9ad06f3158e24c7bb0f4d7a1c3e8650f");
  await v.press("Add", v.page.getByRole("main"));
  await v.row("Lumen Logistics").first().waitFor();
  if (step === 3) return;
  await v.next("Confirm");
};

// edit goes to one of the steps of an edit draft of a share, with changes in each.
const edit = (step) => async (v) => {
  await v.page.goto(shares);
  await v.acts("Edit", "partner-shipping-labels");
  await v.at("Specify Resource Share Details");
  await v.fill({ Name: "partner-labels-2027", Description: "Labels that carriers print.", "Select retail-orders": true });
  await v.press("Add ticked keys");
  await v.press("Remove retail-shipping-labels");
  await v.sees("removed");
  if (step === 1) return;
  await v.next("Associate Permissions");
  if (step === 2) return;
  await v.fill({ "kms KeyId read-only statement": true });
  await v.next("Grant Access to Principals");
  await v.page.getByRole("radio", { name: "Organization", exact: true }).check();
  await v.page.getByRole("checkbox", { name: /^Commerce/ }).check();
  await v.press("Add ticked");
  await v.row("Commerce").first().waitFor();
  if (step === 3) return;
  await v.press("Remove Lumen Logistics");
  await v.sees("1 removed");
  await v.next("Confirm");
};

// day gives a date some days away, as date fields take it.
export const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

// ending makes a share without principals that ends in some days, and shows its page.
const ending = (name, days, then) => async (v) => {
  await v.page.goto(shares);
  await v.press("Create Resource Share");
  await v.at("Specify Resource Share Details");
  await v.fill({ Name: name, Date: day(days), "Time, UTC": "18:30", "Select retail-orders": true });
  await v.press("Add ticked keys");
  await v.sees("1 of at most 20");
  await v.next("Associate Permissions");
  await v.fill({ "kms KeyId read-only statement": true });
  await v.next("Grant Access to Principals");
  await v.next("Confirm");
  await v.press("Submit");
  await v.at(name);
  if (then) await then(v);
};

// asked follows a link that asks, and waits for the question.
const asked = (text, question) => async (v) => {
  await link(text)(v);
  await v.page.getByRole(v.js ? "dialog" : "main").getByRole("heading", { name: question }).first().waitFor();
};

const asks = (list, name, text) => inside(list, name, asked(text, new RegExp(`${name}.*\\?`)));

const lumenID = "9ad06f3158e24c7bb0f4d7a1c3e8650f";
const spare = "ledger-export"; // a key of Harbor Payments that only scenes share

// sparing makes the key of that name, unless an earlier scene did.
async function sparing(v, name = spare) {
  await v.page.goto(`${keys}?q=${name}`);
  if ((await v.row(name).count()) === 0) await createsKey(v, name);
}

// invited shares the spare key with Lumen Logistics; the scene goes on with both sides and the address of
// the share. The account that the scene belongs to comes first.
const invited = (name, then) => async (v, visitOf) => {
  const owner = await visitOf(payments);
  await sparing(owner);
  await sharesWithAccount(owner, { name, keys: [spare], account: lumenID, effect: "1 invitation goes out" });
  await then(v, { owner, receiver: await visitOf(lumen), share: owner.page.url() });
};

// joined does so, and Lumen Logistics accepts.
const joined = (name, then) => invited(name, async (v, { receiver, ...rest }) => {
  await accepts(receiver, name);
  await then(v, { receiver, ...rest, kept: receiver.page.url() });
});

// deleting deletes a share that names somebody.
async function deleting(owner, share, name) {
  await owner.page.goto(share);
  await owner.follow("Delete…");
  const where = await owner.asked(`Delete ${name}?`);
  await owner.fill({ [`To confirm, type ${name}`]: name }, where);
  await owner.press("Delete", where);
  await owner.sees(`${name} was deleted`);
}

// scheduling schedules the deletion of a key.
async function scheduling(v, name) {
  await asks(keys, name, "Delete…")(v);
  const where = v.page.getByRole(v.js ? "dialog" : "main");
  await v.fill({ "To confirm, type DELETE": "DELETE" }, where);
  await v.press("Schedule deletion", where);
  await v.sees("Pending deletion");
}

// questionIn is where a question stands, in a dialog or in a page: of several things it is a page, with
// JavaScript too.
async function questionIn(v, question) {
  const where = v.page.locator("dialog[open], main").filter({ has: v.page.getByRole("heading", { name: question }) }).last();
  await where.waitFor();
  return where;
}

// mistyped answers a question without the name that it wants typed.
const mistyped = (verb, question, go) => async (v) => {
  await go(v);
  await v.press(verb, await questionIn(v, question));
  await v.page.locator("[aria-invalid=true]").first().waitFor();
};

// tooLong rejects for a reason that is longer than its field takes.
const tooLong = (question, go) => async (v) => {
  await go(v);
  const where = await questionIn(v, question);
  await v.fill({ Reason: `Our auditors read the archive at your office.${" So we need no key.".repeat(12)}` }, where);
  await v.press("Reject", where);
  await v.page.locator("[aria-invalid=true]").first().waitFor();
};

// doomed goes to the last step of a share of a key whose deletion is scheduled then.
const doomed = (name) => async (v) => {
  await sparing(v, name);
  await beginsShare(v, { name, keys: [name] });
  await v.next("Confirm");
  const address = v.page.url();
  await scheduling(v, name);
  await v.page.goto(address);
  await v.sees("would refuse");
};

// ownGroup makes an organization of Lumen Logistics alone; undo takes it away again.
const alone = "Lumen Group";
const ownGroup = (path) => ({
  as: lumen,
  go: async (v) => {
    await v.page.goto(organization);
    await v.fill({ Name: alone });
    await v.press("Create organization");
    await v.at(alone);
    if (path) await v.page.goto(path);
  },
  undo: async (v) => {
    await v.page.goto(organization);
    await link(`Delete ${alone}`)(v);
    await v.at(`Delete ${alone}?`);
    await v.press("Delete", v.page.getByRole("main"));
    await v.sees("The organization was deleted");
  },
});

export const areas = {
  "signing in": [
    { name: "sign-in", go: at("/sign-in") },
    { name: "sign-in-refused", go: async (v) => {
      await v.page.goto("/sign-in");
      await v.fill({ "Account name or ID": "Harbor Retail", User: "mara.lindqvist", Password: "not the password" });
      await v.press("Sign in");
      await v.page.getByRole("alert").waitFor();
    } },
    { name: "overview", as: mara, go: at("/") },
    { name: "overview-partner", as: lumen, go: at("/") },
    { name: "overview-quiet", as: management, go: at("/") },
    { name: "overview-no-policy", as: ["Harbor Security", "tomasz.nowak"], go: at("/") },
    { name: "me", as: mara, go: at("/me") },
    { name: "password", as: mara, go: at("/me/password") },
    { name: "password-refused", as: mara, go: async (v) => {
      await v.page.goto("/me/password");
      await v.press("Change password");
      await v.page.getByRole("alert").first().waitFor();
    } },
    ...["Services", "Region: global", "Appearance", /^Account /].map((button) => ({
      name: `menu-${String(button).replaceAll(/\W+/g, " ").trim().split(" ")[0].toLowerCase()}`, as: mara, go: async (v) => {
        await v.page.goto("/");
        await v.page.getByRole("banner").getByRole("button", { name: button }).click();
      },
    })),
  ],
  keys: [
    { name: "keys", as: mara, list: true, go: at(keys) },
    { name: "keys-one", as: mara, go: at(`${keys}?q=retail-legacy`) },
    { name: "keys-none-match", as: mara, go: at(`${keys}?q=zzz`) },
    { name: "keys-empty", as: management, go: at(keys) },
    { name: "keys-default", as: mara, list: true, go: at(`${keys}?tab=default`) },
    { name: "keys-default-empty", as: management, go: at(`${keys}?tab=default`) },
    { name: "keys-menu", as: mara, go: async (v) => {
      await v.page.goto(keys);
      await v.press("More for retail-orders");
    } },
    { name: "shared-key", as: ["Harbor Data Platform", "root"], list: true, go: at(`${keys}?tab=shared`) },
    { name: "shared-key-empty", as: lumen, go: at("/kms/cn-north-4/keys?tab=shared") },
    { name: "key-new", as: mara, go: at(`${keys}/new`) },
    { name: "key-new-refused", as: mara, go: async (v) => {
      await v.page.goto(`${keys}/new`);
      await v.fill({ Name: "two words", Description: "x".repeat(255) });
      await v.press("Create Key");
      await v.page.getByRole("alert").first().waitFor();
    } },
  ],
  "a key": [
    { name: "key", as: mara, go: inside(keys, "retail-orders") },
    { name: "key-rename", as: mara, go: inside(keys, "retail-orders", link("Rename")) },
    { name: "key-tool", as: mara, go: inside(keys, "retail-orders", link("Tool")) },
    { name: "key-tool-result", as: mara, go: async (v) => {
      await opensTool(v, "retail-orders");
      await encrypts(v, "tide table of the north pier");
    } },
    { name: "key-tool-refused", as: mara, go: async (v) => {
      await opensTool(v, "retail-orders");
      await decrypts(v, "what is this?");
      await v.page.getByRole("alert").first().waitFor();
    } },
    { name: "key-tags", as: mara, go: inside(keys, "retail-orders", link("Tags")) },
    { name: "key-shares", as: mara, go: inside(keys, "retail-orders", link("Resource Shares")) },
    { name: "key-pending-deletion", as: mara, go: inside(keys, "retail-legacy-erp") },
    { name: "key-disable", as: mara, asks: true, go: asks(keys, "retail-orders", "Disable…") },
    { name: "key-delete", as: mara, asks: true, go: asks(keys, "retail-orders", "Delete…") },
    { name: "key-foreign", as: ["Harbor Data Platform", "root"], go: inside(`${keys}?tab=shared`, "payments-documents") },
    { name: "key-foreign-disabled", as: ["Harbor Data Platform", "root"], go: inside(`${keys}?tab=shared`, "group-backup") },
  ],
  sharing: [
    { name: "shares", as: mara, list: true, go: at(shares) },
    { name: "shares-none-match", as: mara, go: at(`${shares}?q=zzz`) },
    { name: "shares-none-inside", as: mara, go: at(`${shares}?q=zzz&match=part`) },
    { name: "shares-inside", as: mara, go: at(`${shares}?q=shipping&match=part`) },
    { name: "shares-empty", as: management, go: at(shares) },
    { name: "share", as: mara, go: inside(shares, "retail-to-payments") },
    { name: "share-find", as: mara, go: inside(shares, "retail-to-payments", async (v) => {
      const here = v.page.url();
      await v.page.goto(`${here}?find_key=orders&find_principal=zzz`);
    }) },
    { name: "share-untag", as: mara, asks: true, go: inside(shares, "partner-shipping-labels", asked("Delete… tag team", /^Delete.*team.*\?/)) },
    { name: "share-remove-key", as: mara, asks: true, go: inside(shares, "partner-shipping-labels", asked("Remove… retail-shipping-labels", /^Remove key retail-shipping-labels.*\?/)) },
    { name: "share-remove-principal", as: mara, asks: true, go: inside(shares, "partner-shipping-labels", asked("Remove… Lumen Logistics", /^Remove Lumen Logistics.*\?/)) },
    { name: "share-cancel-invitation", as: mara, asks: true, go: inside(shares, "retail-returns", asked("Cancel invitation… to Lumen Logistics", /^Cancel the invitation to Lumen Logistics\?/)) },
    { name: "share-long-name", as: mara, go: inside(shares, "invoice-archive-readers-for-the-external-audit-2026") },
    { name: "share-delete", as: mara, asks: true, go: asks(shares, "partner-shipping-labels", "Delete…") },
    { name: "share-delete-mistyped", as: mara, go: async (v) => {
      await asks(shares, "partner-shipping-labels", "Delete…")(v);
      await v.press("Delete", await v.asked("Delete partner-shipping-labels?"));
      await v.page.locator("[aria-invalid=true]").waitFor();
    } },
    { name: "share-forms-refused", as: mara, go: inside(shares, "partner-shipping-labels", async (v) => {
      await v.page.getByText("Edit name and description").click();
      await v.fill({ Name: "two words" });
      await v.press("Save name and description");
      await v.page.getByRole("alert").first().waitFor();
    }) },
    { name: "share-tags", as: mara, go: inside(shares, "partner-shipping-labels", async (v) => {
      await v.page.getByText("Add or edit a tag").click();
      await v.fill({ "Tag key": "carrier", "Tag value": "all" });
      await v.press("Set tag");
      await v.sees("Tag carrier was set");
      await v.follow("Edit tag carrier");
      await v.page.goto(v.page.url().split("#")[0]); // unscrolled: nothing lies below the top bar
      await v.page.getByLabel("Tag value").waitFor();
    }) },
    { name: "share-remove-principal-mistyped", as: mara, go: mistyped("Remove", "Remove Lumen Logistics from partner-shipping-labels?",
      inside(shares, "partner-shipping-labels", asked("Remove… Lumen Logistics", /^Remove Lumen Logistics.*\?/))) },
    { name: "share-remove-key-mistyped", as: mara, go: mistyped("Remove", "Remove key retail-shipping-labels from partner-shipping-labels?",
      inside(shares, "partner-shipping-labels", asked("Remove… retail-shipping-labels", /^Remove key retail-shipping-labels.*\?/))) },
    { name: "share-tag-refused", as: mara, go: inside(shares, "partner-shipping-labels", async (v) => {
      await v.page.getByText("Add or edit a tag").click();
      await v.fill({ "Tag key": "_sys_team", "Tag value": "<b>" });
      await v.press("Set tag");
      await v.page.getByRole("alert").first().waitFor();
    }) },
    { name: "shares-one", as: mara, go: at(`${shares}?q=partner-shipping`) },
  ],
  "shared with me": [
    { name: "received-pending", as: mara, list: true, go: at(`${received}?tab=pending`) },
    { name: "received-ticked", as: lumen, list: true, go: async (v) => {
      await v.page.goto(`${received}?tab=pending`);
      await v.page.locator("input[name=invitation]").first().check();
    } },
    ...["Accept", "Reject"].map((verb) => ({
      name: `received-${verb.toLowerCase()}-several`, as: lumen, go: async (v) => {
        await v.page.goto(`${received}?tab=pending`);
        await v.fill({ "Select retail-returns": true, "Select freight-remittances": true });
        await v.press(`${verb}… the ticked invitations`);
        await v.at(`${verb} 2 invitations?`);
      },
    })),
    { name: "received-none-match", as: lumen, go: at(`${received}?tab=accepted&q=zzz`) },
    { name: "received-pending-none-match", as: lumen, go: at(`${received}?tab=pending&q=zzz`) },
    { name: "received-empty", as: security, go: at(`${received}?tab=accepted`) },
    { name: "received-none-pending", as: management, go: at(`${received}?tab=pending`) },
    { name: "received", as: lumen, list: true, go: at(`${received}?tab=accepted`) },
    { name: "received-at-once", as: mara, go: at(`${received}?tab=accepted`) },
    { name: "received-share", as: lumen, go: inside(`${received}?tab=accepted`, "partner-shipping-labels") },
    { name: "received-share-at-once", as: mara, go: inside(`${received}?tab=accepted`, "group-keys") },
    { name: "invitation", as: mara, go: inside(`${received}?tab=pending`, "lumen-tracking-exchange") },
    { name: "accept", as: mara, asks: true, go: asks(`${received}?tab=pending`, "lumen-tracking-exchange", "Accept…") },
    { name: "leave", as: lumen, asks: true, go: asks(`${received}?tab=accepted`, "partner-shipping-labels", "Leave…") },
    { name: "leave-mistyped", as: lumen, go: async (v) => {
      await asks(`${received}?tab=accepted`, "partner-shipping-labels", "Leave…")(v);
      const where = await v.asked("Leave partner-shipping-labels?");
      await v.press("Leave", where);
      await v.page.locator("[aria-invalid=true]").waitFor();
    } },
    { name: "reject", as: mara, asks: true, go: asks(`${received}?tab=pending`, "lumen-tracking-exchange", "Reject…") },
    { name: "reject-refused", as: mara, asks: true, go: tooLong("Reject lumen-tracking-exchange?", asks(`${received}?tab=pending`, "lumen-tracking-exchange", "Reject…")) },
    { name: "received-reject-several-refused", as: lumen, go: tooLong("Reject 2 invitations?", async (v) => {
      await v.page.goto(`${received}?tab=pending`);
      await v.fill({ "Select retail-returns": true, "Select freight-remittances": true });
      await v.press("Reject… the ticked invitations");
    }) },
    { name: "received-one", as: lumen, go: at(`${received}?tab=accepted&q=partner-shipping`) },
    { name: "received-pending-one", as: lumen, go: at(`${received}?tab=pending&q=retail-returns`) },
    { name: "received-participant", as: ["Lumen Logistics", "aiko.tanaka"], go: at(`${received}?tab=accepted`) },
  ],
  "what ended": [
    { name: "share-deleted", as: payments, go: joined("ended-deleted", async (v, { owner, share }) => {
      await deleting(owner, share, "ended-deleted");
      await v.page.goto(share);
      await v.sees("the share was deleted");
    }) },
    { name: "shares-deleted", as: payments, go: joined("ended-listed", async (v, { owner, share }) => {
      await deleting(owner, share, "ended-listed");
      await v.page.goto(`${shares}?status=deleted`);
      await v.sees("ended-listed", v.page.getByRole("table"));
    }) },
    { name: "share-emptied", as: payments, go: joined("ended-emptied", async (v, { share }) => {
      for (const [what, question] of [["Lumen Logistics", "Remove Lumen Logistics from ended-emptied?"], [spare, `Remove key ${spare} from ended-emptied?`]]) {
        await v.page.goto(share);
        await v.follow(`Remove… ${what}`);
        await v.press("Remove", await v.asked(question));
        await v.sees("Removed", v.page.getByRole("table"));
      }
    }) },
    { name: "received-ended", as: lumen, list: true, go: joined("ended-removed", async (v, { owner, share }) => {
      await owner.page.goto(share);
      await owner.follow("Remove… Lumen Logistics");
      await owner.press("Remove", await owner.asked("Remove Lumen Logistics from ended-removed?"));
      await owner.sees("by this account");
      await v.page.goto(`${received}?tab=accepted&status=ended`);
      await v.row("ended-removed").first().waitFor();
    }) },
    { name: "received-share-deleted", as: lumen, go: joined("ended-for-both", async (v, { owner, share, kept }) => {
      await deleting(owner, share, "ended-for-both");
      await v.page.goto(kept);
    }) },
    { name: "received-left", as: lumen, go: joined("ended-left", async (v, { kept }) => {
      await v.page.goto(kept);
      await v.follow("Leave…");
      await v.press("Leave", await v.asked("Leave ended-left?"));
      await v.sees("You left ended-left");
    }) },
    { name: "share-rejected", as: payments, go: invited("ended-rejected", async (v, { receiver, share }) => {
      await asks(`${received}?tab=pending`, "ended-rejected", "Reject…")(receiver);
      const where = await receiver.asked("Reject ended-rejected?");
      await receiver.fill({ Reason: "Our auditors read the archive at your office." }, where);
      await receiver.press("Reject", where);
      await receiver.sees("You rejected ended-rejected");
      await v.page.goto(share);
      await v.sees("Our auditors read the archive");
    }) },
    { name: "invitation-withdrawn", as: lumen, go: invited("ended-unanswered", async (v, { owner, share }) => {
      await asks(`${received}?tab=pending`, "ended-unanswered", "Accept…")(v);
      await owner.page.goto(share);
      await link(/^Cancel invitation…/)(owner); // named by ID or name, as the owner may know it
      await owner.press("Cancel invitation", await questionIn(owner, /^Cancel the invitation to/));
      await owner.sees("0 principals");
      await v.press("Accept", await v.asked("Accept ended-unanswered?"));
      await v.at("Resource Shares");
      await v.sees("withdr");
    }) },
  ],
  "lists of sharing": [
    { name: "resources", as: mara, list: true, go: at("/ram/shared-by-me/shared-resources") },
    { name: "resources-one", as: mara, go: at("/ram/shared-by-me/shared-resources?q=retail-orders") },
    { name: "resources-none-match", as: mara, go: at("/ram/shared-by-me/shared-resources?q=zzz") },
    { name: "resources-empty", as: lumen, go: at("/ram/shared-by-me/shared-resources") },
    { name: "principals", as: mara, list: true, go: at("/ram/shared-by-me/principals") },
    { name: "principals-one", as: mara, go: at(`/ram/shared-by-me/principals?q=${lumenID}`) },
    { name: "principals-empty", as: management, go: at("/ram/shared-by-me/principals") },
    { name: "principals-none-match", as: mara, go: at("/ram/shared-by-me/principals?q=00000000000000000000000000000000") },
    { name: "principals-external", as: mara, go: at("/ram/shared-by-me/principals?external=yes&type=account") },
    { name: "received-resources", as: mara, list: true, go: at("/ram/shared-with-me/shared-resources") },
    { name: "received-resources-empty", as: ["Harbor Security", "root"], go: at("/ram/shared-with-me/shared-resources") },
    { name: "received-resources-none-match", as: mara, go: at("/ram/shared-with-me/shared-resources?q=zzz") },
    { name: "received-resources-one", as: mara, go: at("/ram/shared-with-me/shared-resources?q=group-backup") },
    { name: "owners-none-match", as: mara, go: at("/ram/shared-with-me/owners?q=00000000000000000000000000000000") },
    { name: "owners-empty", as: security, go: at("/ram/shared-with-me/owners") },
    { name: "owners", as: mara, list: true, go: at("/ram/shared-with-me/owners") },
    { name: "principal-withdraw", as: mara, asks: true, go: async (v) => {
      await v.page.goto("/ram/shared-by-me/principals");
      await v.row("Lumen Logistics").getByRole("link", { name: /^Remove…/ }).click();
      await v.page.getByRole("heading", { name: /^Remove Lumen Logistics from/ }).first().waitFor();
    } },
    { name: "principal-withdraw-mistyped", as: mara, go: mistyped("Remove", /^Remove Lumen Logistics from/, async (v) => {
      await v.page.goto("/ram/shared-by-me/principals");
      await v.row("Lumen Logistics").getByRole("link", { name: /^Remove…/ }).click();
    }) },
    { name: "share-ticked", as: mara, go: inside(shares, "partner-shipping-labels", async (v) => {
      await v.page.locator("input[name=resource]").first().check();
    }) },
    { name: "share-remove-several", as: mara, go: inside(shares, "partner-shipping-labels", async (v) => {
      await v.page.locator("input[name=resource]").first().check();
      await v.press("Remove… the ticked keys");
      await v.at("Remove 1 key from partner-shipping-labels?");
    }) },
    { name: "share-remove-several-mistyped", as: mara, go: mistyped("Remove", "Remove 1 key from partner-shipping-labels?", inside(shares, "partner-shipping-labels", async (v) => {
      await v.page.locator("input[name=resource]").first().check();
      await v.press("Remove… the ticked keys");
    })) },
    { name: "share-add-refused", as: mara, go: inside(shares, "partner-shipping-labels", async (v) => {
      await v.page.getByText("Add principals", { exact: true }).first().click();
      await v.fill({ Principals: "nobody\n00000000000000000000000000000000" });
      await v.press("Add principals");
      await v.sees("Line 2:");
    }) },
  ],
  permissions: [
    { name: "permissions", as: payments, go: at(permissions) },
    { name: "permissions-none-match", as: payments, go: at(`${permissions}?q=zzz`) },
    { name: "permissions-built-in", as: mara, go: at(`${permissions}?type=built-in`) },
    { name: "permissions-read-only", as: petra, go: at(permissions) },
    { name: "permission", as: payments, go: inside(permissions, "payments-files") },
    { name: "permission-built-in", as: mara, go: inside(permissions, "default kms KeyId statement") },
    { name: "permission-versions", as: payments, go: inside(permissions, "payments-files", async (v) => {
      await link("Versions")(v);
      await v.sees("Added since version 1");
      await v.page.getByText("7 actions of version 1").click();
    }) },
    { name: "permission-new", as: mara, go: at(`${permissions}/new`) },
    { name: "permission-new-refused", as: mara, go: async (v) => {
      await v.page.goto(`${permissions}/new`);
      await v.fill({ Name: "two words", "See name, state and algorithm of a key": false });
      await v.press("Create Permission");
      await v.page.getByRole("alert").first().waitFor();
    } },
    { name: "permission-version-new", as: payments, go: inside(permissions, "payments-files", link("Create Version")) },
    { name: "permission-version-refused", as: payments, go: inside(permissions, "payments-files", async (v) => {
      await link("Create Version")(v);
      await v.at("Create Version");
      await v.press("Create Version");
      await v.page.getByRole("alert").first().waitFor();
    }) },
    { name: "permission-update", as: payments, go: inside(permissions, "payments-files", async (v) => {
      await link("Update 1 share…")(v);
      await v.at("Update to version 2?");
    }) },
    { name: "permission-version-delete", as: payments, go: async (v) => {
      const name = "payments-archive";
      await v.page.goto(permissions);
      if ((await v.row(name).count()) === 0) {
        await v.page.goto(`${permissions}/new`);
        await v.fill({ Name: name });
        await v.press("Create Permission");
        await v.at(name);
        await link("Create Version")(v);
        await v.at("Create Version");
        await v.page.getByRole("checkbox", { checked: false }).first().check();
        await v.press("Create Version");
      } else {
        await v.follow(name);
        await v.at(name);
        await link("Versions")(v);
      }
      await v.page.getByRole("link", { name: /^Delete….*1/ }).first().click();
      await v.page.getByRole("heading", { name: /^Delete version 1/ }).first().waitFor();
    } },
    { name: "permission-delete", as: mara, asks: true, go: async (v) => {
      const name = `unused-${v.js ? "js" : "plain"}`;
      await v.page.goto(permissions);
      if ((await v.row(name).count()) === 0) {
        await v.page.goto(`${permissions}/new`);
        await v.fill({ Name: name });
        await v.press("Create Permission");
      } else await v.follow(name);
      await v.at(name);
      await v.follow("Delete…");
      await v.asked(`Delete permission ${name}?`);
    } },
    { name: "shares-outdated", as: payments, go: at(shares) },
    { name: "share-outdated-built-in", as: mara, go: inside(shares, "invoice-archive-readers-for-the-external-audit-2026") },
    { name: "share-outdated", as: payments, go: inside(shares, "payments-documents-readers") },
    { name: "share-update", as: payments, go: inside(shares, "payments-documents-readers", async (v) => {
      await link("Update to version 2…")(v);
      await v.at("Update to version 2?");
    }) },
  ],
  organizations: [
    { name: "organization", as: management, go: at(organization) },
    { name: "organization-read-only", as: petra, go: at(organization) },
    { name: "organization-accounts", as: management, go: at(`${organization}/accounts`) },
    { name: "organization-accounts-none-match", as: management, go: at(`${organization}/accounts?q=zzz`) },
    { name: "organization-invitations", as: management, go: at(`${organization}/invitations`) },
    { name: "organization-invitations-none-match", as: management, go: at(`${organization}/invitations?status=declined`) },
    { name: "organization-member", as: mara, go: at(organization) },
    { name: "organization-none", as: lumen, go: at(organization) },
    { name: "organization-none-refused", as: lumen, go: async (v) => {
      await v.page.goto(organization);
      await v.fill({ Name: "<b>" });
      await v.press("Create organization");
      await v.page.getByRole("alert").first().waitFor();
    } },
    { name: "organization-new", ...ownGroup() },
    { name: "organization-invitations-empty", ...ownGroup(`${organization}/invitations`) },
    { name: "organization-accounts-one", ...ownGroup(`${organization}/accounts`) },
    { name: "settings-off", ...ownGroup(settings) },
    { name: "sharing-off-already", ...ownGroup(`${settings}/sharing/disable`) },
    { name: "sharing-off-nobody", ...ownGroup(settings), go: async (v) => {
      await ownGroup(settings).go(v);
      await v.press(`Turn on sharing with ${alone}`);
      await v.sees("Sharing with the organization is on");
      await link("Turn off")(v);
      await v.asked(`Turn off sharing with ${alone}?`);
    } },
    { name: "organization-invite-refused", as: management, go: async (v) => {
      await v.page.goto(organization);
      await v.fill({ "Account ID or name": "0123456789abcdef0123456789abcdef", Note: "For the audit year." });
      await v.press("Invite", v.page.getByRole("main"));
      await v.page.getByRole("alert").first().waitFor();
    } },
    { name: "organization-inviting", as: management, go: async (v) => {
      await v.page.goto(organization);
      await v.fill({ "Account ID or name": lumen[0], Note: "For the audit year." });
      await v.press("Invite", v.page.getByRole("main"));
      await v.sees("Lumen Logistics");
    } },
    { name: "organization-invited", as: lumen, go: at(organization) },
    { name: "overview-invited", as: lumen, go: at("/") },
    { name: "unit", as: management, go: inTree("Commerce") },
    { name: "unit-member", as: mara, go: inTree("Commerce") },
    { name: "unit-refused", as: management, go: inTree("Commerce", async (v) => {
      await v.press("Create unit");
      await v.page.getByRole("alert").first().waitFor();
    }) },
    { name: "unit-rename-refused", as: management, go: inTree("Commerce", async (v) => {
      await v.fill({ Name: "<b>" });
      await v.press("Rename");
      await v.page.getByRole("alert").first().waitFor();
    }) },
    { name: "unit-delete", as: management, go: inTree("Commerce", link("Delete Commerce")) },
    { name: "unit-delete-refused", as: management, go: inTree("Commerce", async (v) => {
      await link("Delete Commerce")(v);
      await v.at("Delete Commerce?");
      await v.press("Delete", v.page.getByRole("main"));
      await v.page.getByRole("alert").first().waitFor();
    }) },
    { name: "member", as: management, go: inTree("Harbor Payments") },
    { name: "member-remove", as: management, go: inTree("Harbor Retail", link("Remove Harbor Retail")) },
    { name: "member-remove-mistyped", as: management, go: inTree("Harbor Retail", async (v) => {
      await link("Remove Harbor Retail")(v);
      await v.at("Remove Harbor Retail from Harbor Group?");
      await v.press("Remove", v.page.getByRole("main"));
      await v.page.locator("[aria-invalid=true]").waitFor();
    }) },
    { name: "organization-leave", as: ["Harbor Data Platform", "root"], go: async (v) => {
      await v.page.goto(organization);
      await link("Leave Harbor Group")(v);
      await v.at("Leave Harbor Group?");
    } },
    { name: "organization-delete", as: management, go: async (v) => {
      await v.page.goto(organization);
      await link("Delete Harbor Group")(v);
      await v.at("Delete Harbor Group?");
    } },
    { name: "organization-leave-mistyped", as: ["Harbor Data Platform", "root"], go: async (v) => {
      await v.page.goto(organization);
      await link("Leave Harbor Group")(v);
      await v.at("Leave Harbor Group?");
      await v.press("Leave", v.page.getByRole("main"));
      await v.page.locator("[aria-invalid=true]").waitFor();
    } },
    { name: "organization-delete-refused", as: management, go: async (v) => {
      await v.page.goto(organization);
      await link("Delete Harbor Group")(v);
      await v.at("Delete Harbor Group?");
      await v.press("Delete", v.page.getByRole("main"));
      await v.page.getByRole("alert").first().waitFor();
    } },
    { name: "settings", as: management, go: at(settings) },
    { name: "settings-member", as: mara, go: at(settings) },
    { name: "settings-none", as: lumen, go: at(settings) },
    { name: "sharing-off", as: management, asks: true, go: async (v) => {
      await v.page.goto(settings);
      await link("Turn off")(v);
      await v.asked("Turn off sharing with Harbor Group?");
    } },
    { name: "sharing-off-mistyped", as: management, go: mistyped("Turn off", "Turn off sharing with Harbor Group?", async (v) => {
      await v.page.goto(settings);
      await link("Turn off")(v);
    }) },
  ],
  wizard: [
    { name: "wizard-empty", as: management, go: async (v) => {
      await v.page.goto(shares);
      await v.press("Create Resource Share");
      await v.at("Specify Resource Share Details");
    } },
    { name: "wizard-details", as: mara, go: wizard(1) },
    { name: "wizard-details-refused", as: mara, go: async (v) => {
      await v.page.goto(shares);
      await v.press("Create Resource Share");
      await v.at("Specify Resource Share Details");
      await v.fill({ Name: "", Description: "<script>alert(1)</script>" });
      await v.press("Next: Associate Permissions");
      await v.page.getByRole("alert").first().waitFor();
    } },
    { name: "wizard-permissions", as: mara, go: wizard(2) },
    { name: "wizard-principals", as: mara, go: wizard(3) },
    { name: "wizard-principals-find", as: mara, go: async (v) => {
      await wizard(3)(v);
      await v.page.goto(`${v.page.url().split("?")[0]}?kind=organization&find=pay`);
      await v.sees("1 account matches");
    } },
    { name: "wizard-principals-refused", as: mara, go: async (v) => {
      await wizard(3)(v);
      await v.page.getByRole("radio", { name: "Account ID" }).check();
      await v.page.getByRole("textbox", { name: "Account ID" }).fill("lumen");
      await v.press("Add", v.page.getByRole("main"));
      await v.page.getByRole("alert").first().waitFor();
    } },
    { name: "wizard-outside", as: lumen, go: async (v) => {
      await v.page.goto(shares);
      await v.press("Create Resource Share");
      await v.at("Specify Resource Share Details");
      await v.fill({ "Select lumen-billing-exchange": true });
      await v.press("Next: Associate Permissions");
      await v.next("Grant Access to Principals");
    } },
    { name: "wizard-confirm", as: mara, go: wizard(4) },
    { name: "edit-details", as: mara, go: edit(1) },
    { name: "edit-permissions", as: mara, go: edit(2) },
    { name: "edit-principals", as: mara, go: edit(3) },
    { name: "edit-principals-refused", as: mara, go: async (v) => {
      await edit(3)(v);
      await v.fill({ "Allow sharing only within your organization": true });
      await v.press("Next: Confirm");
      await v.page.getByRole("alert").first().waitFor();
    } },
    { name: "edit-confirm", as: mara, go: edit(4) },
    { name: "shares-drafts", as: mara, go: async (v) => {
      await wizard(2)(v);
      await v.press("Save and close");
      await v.at("Your drafts");
    } },
    { name: "shares-drafts-full", as: security, go: async (v) => {
      for (let begun = 0; begun <= 20; begun++) {
        await v.page.goto(shares);
        await v.press("Create Resource Share");
      }
      await v.sees("You have 20 drafts");
    } },
  ],
  "what changed meanwhile": [
    { name: "edit-moved", as: mara, go: async (v) => {
      await edit(4)(v);
      const address = v.page.url();
      await inside(shares, "partner-shipping-labels")(v);
      await v.page.getByText("Add or edit a tag").click();
      await v.fill({ "Tag key": "carrier", "Tag value": "all" });
      await v.press("Set tag");
      await v.sees("Tag carrier was set");
      await v.page.goto(address);
      await v.sees("Somebody changed this share since you began");
    } },
    { name: "wizard-confirm-would-refuse", as: payments, go: doomed("doomed-ledger") },
    { name: "wizard-confirm-refused", as: payments, go: async (v) => {
      await sparing(v, "doomed-journal");
      await beginsShare(v, { name: "doomed-journal", keys: ["doomed-journal"] });
      await v.next("Confirm");
      const wizard = v.page;
      v.page = await v.context.newPage(); // another tab
      await scheduling(v, "doomed-journal");
      await v.page.close();
      v.page = wizard;
      await v.press("Submit");
      await v.sees("The share was not created");
    } },
    { name: "edit-confirm-would-refuse", as: payments, go: invited("doomed-edit", async (v, { share }) => {
      await sparing(v, "doomed-inventory");
      await v.page.goto(share);
      await v.press("Edit");
      await v.at("Specify Resource Share Details");
      await v.fill({ "Select doomed-inventory": true });
      await v.press("Add ticked keys");
      await v.sees("added");
      await v.next("Associate Permissions");
      await v.next("Grant Access to Principals");
      await v.next("Confirm");
      const address = v.page.url();
      await scheduling(v, "doomed-inventory");
      await v.page.goto(address);
      await v.sees("would refuse");
    }) },
    { name: "edit-share-deleted", as: payments, go: invited("doomed-share", async (v, { owner, share }) => {
      await v.page.goto(share);
      await v.press("Edit");
      await v.at("Specify Resource Share Details");
      const address = v.page.url();
      await deleting(owner, share, "doomed-share");
      await v.page.goto(address);
      await v.sees("Status: Deleted");
    }) },
  ],
  secrets: [
    { name: "secrets", as: mara, list: true, go: at(secrets) },
    { name: "secrets-empty", as: management, go: at(secrets) },
    { name: "secret-new", as: ["Harbor Data Platform", "root"], go: at(`${secrets}/new`) },
    { name: "secret-new-enter", as: mara, go: async (v) => {
      await v.page.goto(`${secrets}/new`);
      await fillsSecret(v, { name: "shop-mail", value: "plain", key: { enter: "0e7ba3c9-51d8-4692-a4f7-b8c26d05e913" } });
    } },
    { name: "secret-new-refused", as: mara, go: async (v) => {
      await v.page.goto(`${secrets}/new`);
      await fillsSecret(v, { name: "two words", value: { user: "shop", password: "kelp" }, key: { enter: "0e7ba3c9-51d8-4692-a4f7-b8c26d05e913" } });
      await v.press("Next: Confirm");
      await v.page.getByRole("alert").first().waitFor();
    } },
    { name: "secret-confirm", as: ["Harbor Data Platform", "root"], go: async (v) => {
      await v.page.goto(`${secrets}/new`);
      await fillsSecret(v, { name: "shop-mail", value: { user: "shop", password: "kelp" }, key: { select: "payments-documents" } });
      await v.press("Next: Confirm");
      await v.at("Confirm secret");
    } },
    { name: "secret", as: mara, go: inside(secrets, "shop-database") },
    { name: "secret-shared", as: lumen, go: inside(secrets, "label-printer") },
    { name: "secret-lost", as: mara, go: inside(secrets, "erp-ftp") },
    { name: "secret-value", as: mara, go: async (v) => {
      await inside(secrets, "shop-database")(v);
      await v.press("Show value");
      await v.at("Value of shop-database");
    } },
    { name: "secret-delete", as: mara, asks: true, go: asks(secrets, "shop-database", "Delete…") },
  ],
  trail: [
    { name: "traces", as: mara, list: true, go: at("/cts/traces") },
    { name: "traces-none-match", as: mara, go: at("/cts/traces?resource=zzz") },
    { name: "trace", as: mara, go: async (v) => {
      await v.page.goto("/cts/traces");
      await v.page.getByRole("table").getByRole("link").nth(2).click();
      await v.at("What happened");
    } },
    { name: "not-found", as: mara, go: at(`${keys}/01890a5d-ac96-774b-bcce-b302099a8057`) },
    { name: "forbidden", as: ["Harbor Security", "tomasz.nowak"], go: at(keys) },
    { name: "forbidden-tool", as: ["Lumen Logistics", "aiko.tanaka"], go: at(secrets) },
    { name: "no-page", go: at("/nowhere") },
  ],
  ends: [
    { name: "ends-share", as: mara, go: ending("season-labels", 12) },
    { name: "ends-list", as: mara, go: at(`${shares}?principals=ending`) },
    { name: "ends-form", as: mara, go: inside(shares, "retail-to-payments", link("Set end of the share")) },
    { name: "ends-form-principal", as: mara, go: inside(shares, "retail-to-payments", link(/^Set end for/)) },
    { name: "ends-form-refused", as: mara, go: inside(shares, "retail-to-payments", async (v) => {
      await link("Set end of the share")(v);
      await v.fill({ Date: "2020-01-31", "Time, UTC": "18:30" });
      await v.press("Save end");
      await v.page.getByRole("alert").first().waitFor();
    }) },
    { name: "ends-change", as: mara, go: ending("season-returns", 20, link("Change end of the share")) },
    { name: "ends-wizard-refused", as: mara, go: async (v) => {
      await wizard(1)(v);
      await v.fill({ Date: "2020-01-31", "Time, UTC": "18:30" });
      await v.press("Next: Associate Permissions");
      await v.page.getByRole("alert").first().waitFor();
    } },
    { name: "ends-calendar", as: mara, go: async (v) => {
      await v.page.goto("/me");
      await v.press("Make a calendar link");
      await v.at("Your calendar link");
    } },
    { name: "ends-calendar-links", as: mara, go: at("/me") },
  ],
};

// docs are the pictures of the README.
export const docs = [
  { name: "overview", as: mara, go: at("/") },
  { name: "shared-key", as: mara, go: async (v) => {
    await v.page.goto("/");
    await accepts(v, "lumen-tracking-exchange");
    await v.page.goto(`${keys}?tab=shared`);
  } },
  { name: "confirm", as: mara, go: wizard(4) },
];

// each visits scenes one after the other and acts on each; visitOf gives the visitor of an identity.
export async function each(scenes, visitOf, act) {
  for (const scene of scenes) {
    const visitor = await visitOf(scene.as);
    await scene.go(visitor, visitOf);
    await act(visitor, scene.name);
    await scene.undo?.(visitor);
  }
}

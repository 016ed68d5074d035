// The vendor guide's "Updating a Resource Share", with every field changed once, and the
// single acts on a share's own page.

import assert from "node:assert/strict";
import { accepts, accountID, createsKey, opensKeys, opensShares, permissions, sharesWithAccount } from "../acts.js";

const mara = ["Harbor Retail", "mara.lindqvist"];
const lumen = ["Lumen Logistics", "root"];

// edits begins a draft of changes from the list, on step one.
async function edits(visitor, name) {
  await opensShares(visitor);
  await visitor.acts("Edit", name);
  await visitor.at("Specify Resource Share Details");
  await visitor.sees(`Changes to ${name}.`);
}

// passes goes on to a step whose heading is the word on the button.
async function passes(visitor, ...steps) {
  for (const step of steps) {
    await visitor.press(`Next: ${step}`);
    await visitor.at(step);
  }
}

async function addsAccount(visitor, id) {
  await visitor.page.getByRole("radio", { name: "Account ID" }).check();
  await visitor.page.getByRole("textbox", { name: "Account ID" }).fill(id);
  await visitor.press("Add", visitor.page.getByRole("main"));
  await visitor.row(id).first().waitFor();
}

export const stories = [
  {
    name: "an owner changes every field of a share, and access follows at once",
    whole: true,
    async run({ visit }) {
      const owner = await visit({ as: mara });
      const partner = await visit({ as: lumen });
      const freight = await accountID(partner);
      for (const key of ["orders-2027", "returns-2027"]) await createsKey(owner, key);
      await sharesWithAccount(owner, { name: "orders-for-lumen", keys: ["orders-2027"], account: freight, effect: "1 invitation goes out" });
      await owner.sees(/expires 20.*left/);
      await accepts(partner, "orders-for-lumen");
      await opensKeys(partner, "Shared Key");
      await partner.sees("9 actions", partner.row("orders-2027"));

      await edits(owner, "orders-for-lumen");
      await owner.fill({ Name: "trade-for-lumen", Description: "Orders and returns.", "Tag key 1": "team", "Tag value 1": "trade", "Select returns-2027": true });
      await owner.press("Add ticked keys");
      await owner.sees("2 keys, 1 added");
      await owner.press("Remove orders-2027");
      await owner.sees("1 key, 1 added, 1 removed");
      await passes(owner, "Associate Permissions");
      await owner.fill({ [permissions.all]: true });
      await passes(owner, "Grant Access to Principals");
      await owner.row("Lumen Logistics").filter({ hasText: "Accepted" }).waitFor();
      await owner.page.getByRole("radio", { name: "Organization", exact: true }).check();
      await owner.page.getByRole("checkbox", { name: /^Commerce/ }).check();
      await owner.press("Add ticked");
      await owner.row("Commerce").filter({ hasText: "Access at once" }).waitFor();
      await passes(owner, "Confirm");
      await owner.sees(/Your changes: \+1 key, −1 key, \+1 principal, permission .* v1 → .* v1, name, description, 1 tag/);
      await owner.sees("All principals lose access to orders-2027 at once.");
      await owner.sees("On OK, 1 principal gets access at once");
      await opensKeys(partner, "Shared Key"); // nothing changed yet
      await partner.sees("orders-2027");
      await owner.press("OK");
      await owner.at("trade-for-lumen");
      for (const text of ["Resource share changed", "Orders and returns.", "trade", permissions.all]) await owner.sees(text);

      await opensKeys(partner, "Shared Key");
      await partner.sees("14 actions", partner.row("returns-2027"));
      await partner.sees("trade-for-lumen", partner.row("returns-2027"));
      await partner.seesNot("orders-2027");
      const member = await visit({ as: ["Harbor Payments", "root"] });
      await opensKeys(member, "Shared Key");
      await member.sees("trade-for-lumen", member.row("returns-2027"));

      // The scope cannot shut out who is in the share.
      await edits(owner, "trade-for-lumen");
      await passes(owner, "Associate Permissions", "Grant Access to Principals");
      await owner.fill({ "Allow sharing only within your organization": true });
      await owner.press("Next: Confirm");
      await owner.sees(/Sharing cannot be limited to .* Remove these first: Lumen Logistics/);
      await owner.fill({ "Allow sharing only within your organization": true });
      await owner.press("Remove Lumen Logistics");
      await owner.sees("1 principal, 1 removed");
      await passes(owner, "Confirm");
      await owner.sees("Lumen Logistics loses access to all keys of this share at once.");
      await owner.sees("Scope: only within the organization");
      await owner.press("OK");
      await owner.sees("Only within the organization");
      await opensKeys(partner, "Shared Key");
      await partner.seesNot("returns-2027");
    },
  },
  {
    name: "two people change one share, and neither overwrites the other",
    async run({ visit }) {
      const one = await visit({ as: mara });
      const two = await visit({ as: ["Harbor Retail", "root"] });
      await createsKey(one, "orders-2027");
      await edits(one, "partner-shipping-labels");
      await one.fill({ "Select orders-2027": true });
      await passes(one, "Associate Permissions", "Grant Access to Principals", "Confirm");
      await one.sees("Your changes: +1 key");

      await edits(two, "partner-shipping-labels");
      await two.fill({ Description: "Labels of all carriers." });
      await passes(two, "Associate Permissions", "Grant Access to Principals", "Confirm");
      await two.press("OK");
      await two.sees("Labels of all carriers.");

      await one.press("OK");
      await one.sees("The share was not changed");
      await one.sees("Somebody changed this share since you began");
      await one.sees("Description: Labels of all carriers.");
      await one.sees("Your changes: +1 key");
      await one.press("OK");
      await one.at("partner-shipping-labels");
      for (const text of ["Labels of all carriers.", "orders-2027"]) await one.sees(text);
    },
  },
  {
    name: "on its page a share is renamed, tagged, copied and deleted, and an invitation sent again",
    async run({ visit }) {
      const owner = await visit({ as: mara });
      const partner = await visit({ as: lumen });
      const freight = await accountID(partner);
      await createsKey(owner, "orders-2027");
      await sharesWithAccount(owner, { name: "orders-for-lumen", keys: ["orders-2027"], account: freight, effect: "1 invitation goes out" });

      const main = owner.page.getByRole("main");
      await main.getByText("Edit name and description").click();
      await owner.fill({ Name: "two words" });
      await owner.press("Save name and description");
      await owner.refused("Name", "Use letters, digits");
      await owner.fill({ Name: "orders-for-freight", Description: "For who ships." });
      await owner.press("Save name and description");
      await owner.at("orders-for-freight");

      await main.getByText("Add or edit a tag").click();
      await owner.fill({ "Tag key": "team", "Tag value": "trade" });
      await owner.press("Set tag");
      await owner.sees("Tag team was set");
      await owner.follow("Edit tag team");
      await owner.fill({ "Tag value": "freight" });
      await owner.press("Set tag");
      await owner.row("freight").first().waitFor();
      await owner.follow("Delete… tag team");
      await owner.press("Delete", await owner.asked("Delete tag team?"));
      await owner.sees("Tag team was deleted");

      // The invitation sent again is the one that counts.
      await partner.goesTo("/ram/shared-with-me/resource-shares?tab=pending");
      await partner.acts("Accept…", "orders-for-freight");
      const offer = await partner.asked("Accept orders-for-freight?");
      for (const text of ["The owner of the share is Harbor Retail", "This account gets", "allows this account to:"]) await partner.sees(text, offer);
      await owner.press("Resend invitation to Lumen Logistics");
      await owner.sees("received a new invitation");
      await partner.press("Accept", offer);
      await partner.sees("The owner withdrew this invitation");
      await accepts(partner, "orders-for-freight");

      // A copy is a draft until it is submitted, and can be given up.
      await opensShares(owner);
      await owner.follow("orders-for-freight");
      await owner.press("Create from this share");
      await owner.at("Specify Resource Share Details");
      assert.equal(await owner.page.getByLabel("Name *").inputValue(), "orders-for-freight-copy");
      await passes(owner, "Associate Permissions", "Grant Access to Principals");
      await owner.row("Lumen Logistics").filter({ hasText: "Will receive an invitation" }).waitFor();
      await passes(owner, "Confirm");
      await owner.press("Submit");
      await owner.at("orders-for-freight-copy");
      await owner.follow("Cancel invitation… to Lumen Logistics");
      await owner.press("Cancel invitation", await owner.asked("Cancel the invitation to Lumen Logistics?"));
      await owner.sees("0 principals");

      // Somebody is in the other one, so its name is typed.
      await opensShares(owner);
      await owner.acts("Delete…", "orders-for-freight");
      const question = await owner.asked("Delete orders-for-freight?");
      await owner.press("Delete", question);
      await owner.page.locator("[aria-invalid=true]").waitFor();
      await owner.fill({ "To confirm, type orders-for-freight": "orders-for-freight" });
      await owner.press("Delete", owner.page.getByRole("main"));
      await owner.sees("was deleted. Nobody has access through it");
      await opensKeys(partner, "Shared Key");
      await partner.seesNot("orders-2027");
    },
  },
];

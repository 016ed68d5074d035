// Lists show each key, principal and owner once; counts lead to what was counted; several
// invitations are answered, and several principals added and removed, at a time.

import assert from "node:assert/strict";
import { accountID, createsKey, opensReceived, opensShares, sharesWithAccount } from "../acts.js";

const side = (visitor, part, name) =>
  visitor.page.getByRole("region", { name: part }).getByRole("link", { name, exact: true }).click();

export const stories = [
  {
    name: "counts lead to what was counted, and several rows go at once",
    async run({ visit }) {
      const owner = await visit({ as: ["Harbor Retail", "mara.lindqvist"] });
      const partner = await visit({ as: ["Lumen Logistics", "root"] });
      const lumen = await accountID(partner);
      const security = await accountID(await visit({ as: ["Harbor Security", "root"] }));
      const shares = ["freight-one", "freight-two", "freight-three"];
      await createsKey(owner, "freight-2027");
      for (const name of shares) {
        await sharesWithAccount(owner, { name, keys: ["freight-2027"], account: lumen, effect: "On Submit, 1 invitation goes out" });
      }

      // The partner takes two and turns one down, with a reason.
      await opensReceived(partner, "To Be Accepted");
      await partner.fill({ "Select freight-one": true, "Select freight-two": true });
      await partner.press("Accept… the ticked invitations");
      await partner.at("Accept 2 invitations?");
      for (const text of ["freight-one", "freight-2027", "Nothing stops working"]) await partner.sees(text, partner.page.getByRole("main"));
      await partner.press("Accept");
      await partner.sees("2 accepted");
      await partner.acts("Reject…", "freight-three");
      const question = await partner.asked("Reject freight-three?");
      await partner.fill({ Reason: "Two lanes are enough for us." }, question);
      await partner.press("Reject", question);
      await partner.sees("You rejected freight-three");
      await side(partner, "Shared with Me", "Owners");
      await partner.at("Owners");
      await partner.row("Harbor Retail").getByRole("link", { name: /^[0-9]+ keys?/ }).click();
      await partner.at("Shared Resources");
      await partner.row("freight-2027").getByRole("link", { name: "2 shares" }).click();
      await partner.row("freight-two").waitFor();

      // The owner reads why, and finds everything from the list of principals.
      await opensShares(owner);
      await owner.sees("Two lanes are enough for us.", owner.row("freight-three"));
      await side(owner, "Shared by Me", "Shared Resources");
      await owner.at("Shared Resources");
      await owner.row("freight-2027").getByRole("link", { name: "3 shares" }).click();
      await owner.follow("freight-three", owner.page.getByRole("table"));
      await owner.at("freight-three");
      await owner.page.getByText("Add principals", { exact: true }).first().click();
      await owner.fill({ Principals: `${lumen}\nnobody` });
      await owner.press("Add principals");
      await owner.sees("Line 2:");
      await owner.fill({ Principals: `${lumen}\n${security}` });
      await owner.press("Add principals");
      await owner.sees(/invited, for 7 days/);
      await owner.fill({ "Select Lumen Logistics": true });
      await owner.press("Remove… the ticked principals");
      await owner.at("Remove 1 principal from freight-three?");
      await owner.press("Remove");
      await owner.sees("1 removed");

      await side(owner, "Shared by Me", "Principals");
      await owner.at("Principals");
      await owner.page.getByRole("link", { name: "Export CSV" }).waitFor();
      const row = owner.row("Lumen Logistics");
      await owner.sees("External", row);
      await row.getByRole("link", { name: /^Remove…/ }).click();
      const main = owner.page.getByRole("main");
      await main.getByRole("heading", { level: 1, name: /^Remove Lumen Logistics from [0-9]+ shares\?$/ }).waitFor();
      await owner.fill({ "To confirm, type Lumen Logistics": "Lumen Logistics" });
      await owner.press("Remove", main);
      await owner.sees(/Lumen Logistics: [0-9]+ removed/);
      assert.equal(await owner.row("Lumen Logistics").count(), 0);
      await opensReceived(partner, "Accepted");
      await partner.sees("Removed", partner.row("freight-one"));
    },
  },
];

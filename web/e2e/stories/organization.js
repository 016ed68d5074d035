// Accounts come together in an organization, share through it, and lose what came through it
// as soon as they are moved or sharing ends.

import assert from "node:assert/strict";
import { accountID, encrypts, opensKeys, opensTool, opens, sharesWithUnit, trail } from "../acts.js";

const group = "Lumen Group";
const key = "lumen-billing-exchange";
const share = "billing-for-carriers";

// opensOrganization goes to the page of the account's organization.
async function opensOrganization(visitor, heading) {
  await opens(visitor, /^Organizations/);
  await visitor.at(heading);
}

async function opensSettings(visitor) {
  await opens(visitor, /^Resource Access Manager/);
  await visitor.sees("Keys this account shares with others.");
  await visitor.page.getByRole("region", { name: "Management" }).getByRole("link", { name: "Settings" }).click();
  await visitor.at("Settings");
}

// moves puts an account into a unit, by the account's page.
async function moves(visitor, account, place) {
  await opensOrganization(visitor, group);
  await visitor.follow(account, visitor.page.locator(".k-tree"));
  await visitor.at(account);
  await visitor.fill({ "Put into": place });
  await visitor.press("Move account");
  await visitor.sees("The account was moved");
}

export const stories = [
  {
    name: "an organization is made, an account joins, a unit gets a share, and what it gave ends at once",
    whole: true,
    async run({ visit }) {
      const began = new Date(Math.floor(Date.now() / 60_000) * 60_000);
      const boss = await visit({ as: ["Lumen Logistics", "root"] });
      const carrier = await visit({ as: ["Harbor Security", "root"] });
      const carrierID = await accountID(carrier);

      // The account leaves the organization it is in, told before what ends.
      await opensOrganization(carrier, "Harbor Group");
      await carrier.follow("Leave Harbor Group");
      await carrier.at("Leave Harbor Group?");
      await carrier.sees("group-keys of Harbor Security loses the organization Harbor Group.");
      await carrier.press("Leave", carrier.page.getByRole("main"));
      await carrier.refused("To confirm, type Harbor Group", "Type Harbor Group to confirm.");
      await carrier.fill({ "To confirm, type Harbor Group": "Harbor Group" });
      await carrier.press("Leave", carrier.page.getByRole("main"));
      await carrier.sees("This account left Harbor Group");

      // Another account makes an organization and invites it.
      await opensOrganization(boss, "Organizations");
      await boss.fill({ Name: group });
      await boss.press("Create organization");
      await boss.at(group);
      await boss.fill({ "Account ID or name": "Harbor Freight Forwarders" });
      await boss.press("Invite", boss.page.getByRole("main"));
      await boss.sees("If an account is named Harbor Freight Forwarders, it sees it");
      await boss.fill({ "Account ID or name": carrierID, Note: "Carry for us." });
      await boss.press("Invite", boss.page.getByRole("main"));
      await boss.sees(`The account ${carrierID} was invited`);
      await opensOrganization(carrier, "Organizations");
      await carrier.sees("Carry for us.");
      await carrier.look("organization-invited");
      await boss.look("organization-inviting");
      await carrier.press(`Accept ${group}`);
      await carrier.sees(`This account joined ${group}`);
      await carrier.at(group);
      await carrier.sees("Members see units and accounts while sharing");

      // A unit is made, the account is put into it, and sharing is turned on.
      await opensOrganization(boss, group);
      await boss.follow(group, boss.page.locator(".k-tree"));
      await boss.fill({ "Name of a new unit": "Carriers" });
      await boss.press("Create unit");
      await boss.sees("The unit Carriers was created");
      await moves(boss, "Harbor Security", `${group} / Carriers`);
      await opensSettings(carrier);
      await carrier.sees("Only the management account of the organization, Lumen Logistics, can change this.");
      await opensSettings(boss);
      await boss.look("settings-off");
      await boss.press(`Turn on sharing with ${group}`);
      await boss.sees("Sharing with the organization is on");

      // What is shared with the unit is there without an invitation.
      await sharesWithUnit(boss, { name: share, keys: [key], unit: "Carriers", effect: "at once" });
      await opensTool(carrier, key, "Shared Key");
      const sealed = await encrypts(carrier, "Eight pallets.");
      assert.ok(sealed.length > 140, "the carrier encrypts with the shared key");

      // Out of the unit, the account is locked out at once, with the page still open.
      await moves(boss, "Harbor Security", group);
      const address = carrier.page.url();
      assert.equal(await carrier.goesTo(address), 404);
      await opensKeys(carrier, "Shared Key");
      await carrier.seesNot(key);
      await moves(boss, "Harbor Security", `${group} / Carriers`);
      assert.equal(await carrier.goesTo(address), 200);

      // Sharing is turned off, told before what ends.
      await opensSettings(boss);
      await boss.follow(`Turn off sharing with ${group}`);
      const question = await boss.asked(`Turn off sharing with ${group}?`);
      await boss.sees(`${share} of Lumen Logistics loses the unit Carriers.`, question);
      await boss.fill({ [`To confirm, type ${group}`]: group }, question);
      await boss.press("Turn off", question);
      await boss.sees("Sharing with the organization is off");
      assert.equal(await carrier.goesTo(address), 404);

      const told = (await trail(carrier, began)).map((trace) => trace.event);
      for (const event of ["leaveOrganization", "inviteAccount", "acceptHandshake", "moveAccount"]) {
        assert.ok(told.includes(event), `the carrier's trail tells ${event}: ${told}`);
      }
    },
  },
];

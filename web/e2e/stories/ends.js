// A share that ends: its owner sets the end and moves it on, the recipient sees it, and a
// calendar tells both. The moment itself is tested with a clock, in Go.

import assert from "node:assert/strict";
import { accepts, accountID, createsKey, opensKeys, opensReceived, opensShares, sharesWithAccount } from "../acts.js";
import { day } from "../scenes.js";

const mara = ["Harbor Retail", "mara.lindqvist"];
const lumen = ["Lumen Logistics", "root"];

// ends are the moments of a calendar, in its own form, for one share.
function ends(text, share) {
  const events = text.split("BEGIN:VEVENT").slice(1).filter((event) => event.includes(` ${share} `));
  return events.map((event) => /^DTEND:(\S+)/m.exec(event)[1]);
}

const stamp = (date) => `${date.replaceAll("-", "")}T183000Z`;

// opensMe goes to the user's own page.
async function opensMe(visitor) {
  await visitor.page.goto("/me");
  await visitor.at("My sign-ins");
}

// makesLink makes a link to the calendar and gives its path.
async function makesLink(visitor) {
  await opensMe(visitor);
  await visitor.press("Make a calendar link");
  await visitor.at("Your calendar link");
  const link = await visitor.copied("Copy calendar link");
  assert.match(link, /^http:\/\/[^/]+\/calendar\/[\w-]{43}$/);
  await visitor.follow("Done");
  await visitor.at("My sign-ins");
  await visitor.seesNot(link);
  return new URL(link).pathname;
}

export const stories = [
  {
    name: "a share gets an end, which is moved on, shown to its recipient and told by a calendar",
    async run({ visit }) {
      const owner = await visit({ as: mara });
      const partner = await visit({ as: lumen });
      await createsKey(owner, "season-2027");
      await sharesWithAccount(owner, { name: "season-for-lumen", keys: ["season-2027"], account: await accountID(partner), effect: "1 invitation goes out" });

      // An end in the past is refused beside its field, one in the future is kept.
      await owner.page.getByRole("link", { name: "Set end of the share" }).click();
      await owner.at("End of season-for-lumen");
      await owner.fill({ Date: "2020-01-31", "Time, UTC": "18:30" });
      await owner.press("Save end");
      await owner.refused("Date", "The end must be in the future");
      await owner.fill({ Date: day(12), "Time, UTC": "18:30" });
      await owner.press("Save end");
      await owner.sees(`Access ends on ${day(12)} 18:30 UTC`);
      await owner.sees(/^ends in 1[12] days$/);

      // The recipient sees it in the invitation, the share and the Shared Key tab.
      await opensReceived(partner, "To Be Accepted");
      await partner.sees(/^access ends in 1[12] days$/, partner.row("season-for-lumen"));
      await accepts(partner, "season-for-lumen");
      await opensReceived(partner, "Accepted");
      await partner.sees(/^ends in 1[12] days$/, partner.row("season-for-lumen"));
      await opensKeys(partner, "Shared Key");
      await partner.sees(/ends in 1[12] days/, partner.row("season-2027"));

      // Both read the calendar without being signed in.
      const calendars = [await makesLink(owner), await makesLink(partner)];
      const visitor = await visit({});
      for (const path of calendars) assert.deepEqual(ends(await visitor.source(path), "season-for-lumen"), [stamp(day(12))]);

      // One click on the list moves the end on, which the calendars follow.
      await opensShares(owner);
      await owner.fill({ Principals: "Ends within 30 days" });
      await owner.press("Filter");
      await owner.sees("season-for-lumen");
      await owner.acts("Extend 30 days", "season-for-lumen");
      await owner.sees(`Access ends on ${day(42)} 18:30 UTC`);
      for (const path of calendars) assert.deepEqual(ends(await visitor.source(path), "season-for-lumen"), [stamp(day(42))]);

      // A single principal's part may end before.
      await opensShares(owner);
      await owner.follow("season-for-lumen", owner.page.getByRole("table"));
      await owner.at("season-for-lumen");
      await owner.page.getByRole("link", { name: "Set end for Lumen Logistics" }).click();
      await owner.fill({ Date: day(20), "Time, UTC": "18:30" });
      await owner.press("Save end");
      await owner.sees(/by invitation, ends in (19|20) days/);
      assert.deepEqual(ends(await visitor.source(calendars[1]), "season-for-lumen"), [stamp(day(20))]);

      // A revoked link answers as one that nobody made.
      await opensMe(partner);
      await partner.page.getByRole("button", { name: /^Revoke the calendar link/ }).first().click();
      await partner.sees("The calendar link was revoked");
      const unknown = `/calendar/${"A".repeat(43)}`;
      const [revoked, never] = await Promise.all([calendars[1], unknown].map((path) => visitor.context.request.get(path)));
      assert.equal(revoked.status(), 404);
      assert.equal(await revoked.text(), await never.text());
    },
  },
];

// The main job: an owner shares a key, a recipient protects secrets with it, leaves, and is
// locked out, until the owner shares again.

import assert from "node:assert/strict";
import {
  accepts, accountID, createsKey, createsSecret, decrypts, encrypts, opensKeys, opensReceived, opensSecret, opensShares, opensTool,
  region, sharesWithAccount, sharesWithUnit, showsSecret, trail, usesInSecret,
} from "../acts.js";

const key = "orders-2027";
const share = "orders-for-lumen";
const pairs = { username: "freight", password: "basalt-heron-52" };
const token = "tk_harbour_9917";
const message = "Parcel 4711 leaves at noon, für Köln.";

export const stories = [
  {
    name: "an owner shares a key, a partner uses it, leaves and is locked out, and comes back",
    whole: true,
    pooled: true,
    async run({ visit }) {
      const began = new Date(Math.floor(Date.now() / 60_000) * 60_000); // tables tell minutes
      const owner = await visit({ as: ["Harbor Retail", "mara.lindqvist"] });
      const aiko = await visit({ as: ["Lumen Logistics", "aiko.tanaka"] });
      const partner = await visit({ as: ["Lumen Logistics", "root"] });
      const lumen = await accountID(aiko);

      await createsKey(owner, key);
      await sharesWithAccount(owner, { name: share, keys: [key], account: lumen, effect: "On Submit, 1 invitation goes out" });
      await owner.row("Lumen Logistics").filter({ hasText: "Invitation pending" }).waitFor();

      // Nothing is shared before the partner accepts.
      await opensKeys(partner, "Shared Key");
      await partner.seesNot(key);
      await accepts(aiko, share);

      await opensKeys(partner, "Shared Key");
      const row = partner.row(key);
      for (const text of ["Enabled", "AES_256", "Harbor Retail", share, "9 actions"]) await partner.sees(text, row);
      const keyID = await partner.copied(`Copy ID of key ${key}`);
      assert.match(keyID, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

      await usesInSecret(partner, key, { name: "lumen-freight-api", value: pairs });
      await createsSecret(partner, { name: "lumen-depot-token", value: token, key: { enter: keyID } });
      const bothShow = async () => {
        const shown = await showsSecret(partner, "lumen-freight-api");
        for (const text of Object.values(pairs)) assert.ok(shown.includes(text), `the value shows ${text}`);
        assert.ok((await showsSecret(partner, "lumen-depot-token")).includes(token), "the plaintext value shows");
      };
      await bothShow();

      // Text that the partner encrypts is read by the owner.
      await opensTool(aiko, key, "Shared Key");
      const ciphertext = await encrypts(aiko, message);
      await opensTool(owner, key);
      await decrypts(owner, ciphertext);
      await owner.sees(message);

      // The partner leaves, while pages of the secret and of the key are still open.
      await opensSecret(partner, "lumen-freight-api");
      await opensReceived(aiko, "Accepted");
      await aiko.acts("Leave…", share);
      const question = await aiko.asked(`Leave ${share}?`);
      await aiko.sees("2 secrets of this account stop working", question);
      for (const name of ["lumen-freight-api", "lumen-depot-token"]) await aiko.sees(name, question);
      await aiko.fill({ [`To confirm, type ${share}`]: share }, question);
      await aiko.press("Leave", question);
      await aiko.sees(new RegExp(`left ${share}`));

      // The page that was open before does not show the value any more, and says why.
      await partner.press("Show value");
      const lockedOut = "The value cannot be read: this account no longer has access to its key";
      await partner.sees(lockedOut);
      await partner.sees(`This account left the share ${share}`);
      await partner.seesNot(pairs.password);
      await opensSecret(partner, "lumen-depot-token");
      await partner.sees(lockedOut);
      assert.equal(await partner.page.getByRole("button", { name: "Show value" }).getAttribute("aria-disabled"), "true");

      // Key page and Tool answer as for a key that never was.
      const keyPage = `/kms/${region}/keys/${keyID}`;
      const never = `/kms/${region}/keys/01890a5d-ac96-774b-bcce-b302099a8057`;
      for (const path of [keyPage, `${keyPage}?tab=tool`]) {
        assert.equal(await aiko.goesTo(path), 404);
        const gone = await aiko.page.getByRole("main").innerText();
        assert.equal(await aiko.goesTo(path.replace(keyPage, never)), 404);
        const missing = await aiko.page.getByRole("main").innerText();
        const plain = (text) => text.replace(/[0-9a-f-]{36}/g, "…");
        assert.equal(plain(gone), plain(missing), "a key that is no longer shared answers like one that never was");
      }
      await opensTool(aiko, "lumen-shipment-tracking");
      await decrypts(aiko, ciphertext);
      await aiko.refused("Ciphertext", "not available to this account. KMS.0207");
      await aiko.seesNot(message);
      await opensKeys(aiko, "Shared Key");
      await aiko.seesNot(key);

      // The owner sees it, and shares again.
      await opensShares(owner);
      await owner.follow(share);
      await owner.row("Lumen Logistics").filter({ hasText: "Left" }).waitFor();
      await owner.press("Share again with Lumen Logistics");
      await owner.row("Lumen Logistics").filter({ hasText: "Invitation pending" }).waitFor();
      await opensSecret(partner, "lumen-freight-api");
      await partner.sees(lockedOut);
      await accepts(aiko, share);
      await bothShow();

      await tellsTheStory({ owner, partner, ciphertext, began });
    },
  },
  {
    name: "through the organization access comes at once, cannot be left, and ends when the owner ends it",
    async run({ visit }) {
      const began = new Date(Math.floor(Date.now() / 60_000) * 60_000); // tables tell minutes
      const owner = await visit({ as: ["Harbor Retail", "mara.lindqvist"] });
      await createsKey(owner, key);
      await sharesWithUnit(owner, { name: "orders-for-commerce", keys: [key], unit: "Commerce", effect: "access at once" });
      await owner.row("Commerce").filter({ hasText: "Access at once" }).waitFor();

      const member = await visit({ as: ["Harbor Payments", "root"] });
      await member.seesNot("orders-for-commerce wants");
      await opensKeys(member, "Shared Key");
      await member.sees("orders-for-commerce", member.row(key));
      const keyID = await member.copied(`Copy ID of key ${key}`);
      await createsSecret(member, { name: "payments-gateway", value: token, key: { select: key } });
      await createsSecret(member, { name: "payments-ledger", value: pairs, key: { enter: keyID } });
      assert.ok((await showsSecret(member, "payments-gateway")).includes(token));
      assert.ok((await showsSecret(member, "payments-ledger")).includes(pairs.password));
      await opensTool(member, key, "Shared Key");
      const ciphertext = await encrypts(member, message);
      await opensTool(owner, key);
      await decrypts(owner, ciphertext);
      await owner.sees(message);

      await opensReceived(member, "Accepted");
      const row = member.row("orders-for-commerce");
      await member.sees(/organization/i, row);
      assert.equal(await row.getByRole("link", { name: /^Leave/ }).count(), 0, "Leave is not offered");
      await member.follow("orders-for-commerce");
      await member.at("orders-for-commerce");
      assert.equal(await member.page.getByRole("link", { name: /^Leave/ }).count(), 0);
      assert.equal(await member.page.getByRole("button", { name: "Leave…" }).getAttribute("aria-disabled"), "true");
      await member.sees(/organization/i, member.page.locator("#why-stay"));

      // The other unit gets nothing.
      const other = await visit({ as: ["Harbor Data Platform", "root"] });
      await opensKeys(other, "Shared Key");
      await other.seesNot(key);

      // The owner removes the unit: values, key and Tool are gone at once.
      await opensShares(owner);
      await owner.follow("orders-for-commerce");
      await owner.follow("Remove… Commerce");
      const question = await owner.asked("Remove Commerce from orders-for-commerce?");
      await owner.sees("2 secrets of other accounts stop working", question);
      await owner.fill({ "To confirm, type Commerce": "Commerce" }, question);
      await owner.press("Remove", question);
      await owner.row("Commerce").filter({ hasText: "Removed" }).waitFor();
      for (const name of ["payments-gateway", "payments-ledger"]) {
        await opensSecret(member, name);
        await member.sees("The value cannot be read: this account no longer has access to its key");
        assert.equal(await member.page.getByRole("button", { name: "Show value" }).getAttribute("aria-disabled"), "true");
      }
      const keyPage = `/kms/${region}/keys/${keyID}`;
      for (const path of [keyPage, `${keyPage}?tab=tool`]) assert.equal(await member.goesTo(path), 404);
      await opensKeys(member, "Shared Key");
      await member.seesNot(key);

      const [ours, theirs] = [await trail(owner, began), await trail(member, began)];
      told(ours, ["createResourceShare", "encryptData", "decryptData", "decryptDatakey", "disassociateResourceShare"], "owner");
      told(theirs, ["createSecret", "showSecretVersion", "encryptData", "decryptDatakey"], "member");
      for (const name of ["payments-gateway", "payments-ledger"]) assert.ok(!ours.some((t) => t.page.includes(name)), `a trace of the owner holds ${name}`);
      for (const t of [...ours, ...theirs]) {
        for (const text of [token, pairs.password, message, ciphertext]) assert.ok(!t.page.includes(text), `a trace ${t.event} holds ${text}`);
      }
    },
  },
  {
    name: "the one menu of the rows leads to the key of the row that opened it",
    js: true, // without it the name leads to the key, which has the same acts
    async run({ visit }) {
      const owner = await visit({ as: ["Harbor Retail", "mara.lindqvist"] });
      const other = "orders-2028";
      for (const name of [key, other]) await createsKey(owner, name);
      const chosen = async (name, item) => {
        await opensKeys(owner);
        await owner.press(`More for ${name === key ? other : key}`); // first it is open for another row
        await owner.page.keyboard.press("Escape");
        await owner.press(`More for ${name}`);
        await owner.follow(item);
      };
      await chosen(key, "View key");
      await owner.at(key);
      await chosen(other, "Encrypt or decrypt");
      await owner.at(other);
      await decrypts(owner, await encrypts(owner, message));
      await owner.sees(message);
      await chosen(key, "Use in a new secret");
      await owner.page.getByRole("radio", { name: key, exact: true, checked: true }).waitFor();
      await chosen(other, "Delete…");
      await owner.at(new RegExp(`${other}.*\\?`));
    },
  },
  {
    name: "after a crash the console goes on where it was",
    async run({ visit, crash }) {
      const owner = await visit({ as: ["Harbor Retail", "mara.lindqvist"] });
      await createsKey(owner, key);
      await createsSecret(owner, { name: "shop-mail", value: pairs, key: { select: key } });
      await opensTool(owner, key);
      const ciphertext = await encrypts(owner, message);
      await crash();
      await decrypts(owner, ciphertext);
      await owner.sees(message);
      assert.ok((await showsSecret(owner, "shop-mail")).includes(pairs.password));
    },
  },
];

function told(traces, events, whose) {
  for (const event of events) {
    assert.ok(traces.some((t) => t.event === event), `the trail of the ${whose} tells ${event}: ${[...new Set(traces.map((t) => t.event))]}`);
  }
}

// tellsTheStory reads the trails of both accounts.
async function tellsTheStory({ owner, partner, ciphertext, began }) {
  const [ours, theirs] = [await trail(owner, began), await trail(partner, began)];
  const both = ["acceptResourceShareInvitation", "leaveResourceShare", "decryptDatakey", "encryptData"];
  told(ours, ["createKey", "createResourceShare", "associateResourceShare", "decryptData", ...both], "owner");
  told(theirs, ["createSecret", "showSecretVersion", ...both], "partner");
  assert.ok(theirs.some((t) => t.outcome.startsWith("Refused")), "the trail of the partner tells what was refused");

  const never = [...Object.values(pairs), token, message, message.slice(0, 11), ciphertext];
  for (const [traces, whose] of [[ours, "owner"], [theirs, "partner"]]) {
    for (const t of traces) {
      for (const text of never.filter((n) => n !== "freight")) {
        assert.ok(!t.page.includes(text), `a trace ${t.event} of the ${whose} holds ${text}`);
      }
    }
  }
  // What the partner calls its things and people is not the owner's to see.
  const menus = /<header[\s\S]*?<\/header>/; // the demo world's masthead lists all identities
  for (const t of ours) {
    const page = t.page.replace(menus, "");
    for (const text of ["aiko", "lumen-freight-api", "lumen-depot-token"]) {
      assert.ok(!page.includes(text), `a trace ${t.event} of the owner holds ${text}`);
    }
  }
}

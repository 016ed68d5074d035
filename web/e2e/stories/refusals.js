// Wrong input comes back beside its field, and nothing is stored.

import assert from "node:assert/strict";
import {
  accountID, beginsShare, createsKey, decrypts, encrypts, fillsSecret, opensSecrets, opensShares, opensTool, region,
} from "../acts.js";

const key = "refusals";

export const stories = [
  {
    name: "the wizard says beside each field what is wrong, and shares nothing",
    async run({ visit }) {
      const owner = await visit({ as: ["Harbor Retail", "mara.lindqvist"] });
      const { page } = owner;
      await createsKey(owner, key);
      await opensShares(owner);
      await owner.press("Create Resource Share");
      await owner.at("Specify Resource Share Details");
      await owner.fill({ Name: "" });
      await owner.press("Next: Associate Permissions");
      await owner.refused("Name", /name/i);
      await owner.sees("Choose at least one key", page.getByRole("alert"));
      // A browser stops typing at 64 characters; what comes past it is refused all the same.
      await page.getByRole("textbox", { name: "Name" }).evaluate((field) => field.removeAttribute("maxlength"));
      await owner.fill({ Name: "x".repeat(65), Description: "<script>alert(1)</script>" });
      await owner.press("Next: Associate Permissions");
      await owner.refused("Name", "64");
      await owner.refused("Description", /</);
      assert.equal(await page.getByLabel("Description").inputValue(), "<script>alert(1)</script>", "what was typed stays");

      // A step cannot be reached before the ones it needs, and not by somebody else.
      const details = new URL(page.url()).pathname;
      assert.equal(await owner.goesTo(details.replace(/details$/, "confirm")), 200);
      await owner.at("Specify Resource Share Details");
      const colleague = await visit({ as: ["Harbor Retail", "root"] });
      assert.equal(await colleague.goesTo(details), 404);

      await beginsShare(owner, { name: "refused-share", keys: [key] });
      const own = await accountID(owner);
      await page.getByRole("radio", { name: "Account ID" }).check();
      const accounts = page.getByRole("textbox", { name: "Account ID" });
      for (const [typed, why] of [
        [own, /own|this account/i],
        ["0".repeat(32), /no account|does not exist|unknown/i],
        ["lumen", /32/],
      ]) {
        await accounts.fill(typed);
        await owner.press("Add", page.getByRole("main"));
        await owner.refused("Account ID", why);
        assert.equal(await accounts.inputValue(), typed, "what was typed stays");
      }
      await opensShares(owner);
      assert.equal(await page.getByRole("table").getByText("refused-share").count(), 0, "nothing is shared");
    },
  },
  {
    name: "submitting twice makes one share",
    async run({ visit }) {
      const owner = await visit({ as: ["Harbor Retail", "mara.lindqvist"] });
      const { page } = owner;
      await createsKey(owner, key);
      await beginsShare(owner, { name: "once-only", keys: [key] });
      await owner.next("Confirm");
      await owner.sees("Nobody gets access yet");
      // A second tab stands at the same step, and submits it after the first.
      const tab = await page.context().newPage();
      await tab.goto(page.url());
      await owner.press("Submit");
      await owner.at("once-only");
      const made = new URL(page.url()).pathname;
      await tab.getByRole("button", { name: "Submit", exact: true }).click();
      await tab.waitForURL((url) => url.pathname === made);
      await tab.getByRole("heading", { name: "once-only", exact: true }).waitFor();
      await tab.close();
      await opensShares(owner);
      assert.equal(await owner.row("once-only").count(), 1);
    },
  },
  {
    name: "the secret form says beside each field what is wrong, and stores nothing",
    async run({ visit }) {
      const owner = await visit({ as: ["Harbor Retail", "mara.lindqvist"] });
      const { page } = owner;
      await createsKey(owner, key);
      await page.goto("/kms/ap-southeast-3/keys");
      const elsewhere = await owner.copied("Copy ID of key retail-asia-orders");
      await page.goto(`/kms/${region}/keys`);
      const disabled = await owner.copied("Copy ID of key retail-price-feed");
      const stranger = await visit({ as: ["Harbor Security", "root"] });
      await stranger.page.goto(`/kms/${region}/keys`);
      const foreign = await stranger.copied("Copy ID of key incident-evidence");

      await opensSecrets(owner);
      await owner.follow("Create Secret");
      await owner.at("Create Secret");
      await owner.press("Next: Confirm");
      await owner.refused("Secret name", /name/i);
      await owner.fill({ "Secret name": "two words<" });
      await owner.press("Next: Confirm");
      await owner.refused("Secret name", /letters|characters/i);

      // A pasted value is not cut; a too long one is told.
      await owner.fill({ Plaintext: true });
      await page.getByLabel("Plaintext value").focus();
      await page.keyboard.insertText("p".repeat(65537));
      await owner.press("Next: Confirm");
      await owner.sees("The value has 65537 bytes.", page.locator("#value-all-help"));
      await owner.fill({ "Key/value": true });

      const said = new Set();
      for (const [typed, why] of [
        ["not-an-id", /36|ID/],
        [foreign, /no key|not found|does not exist/i],
        [elsewhere, /region/i],
        [disabled, /disabled/i],
      ]) {
        await fillsSecret(owner, { name: "refused-secret", value: { token: "zinc-plover-20" }, key: { enter: typed } });
        await owner.press("Next: Confirm");
        await owner.refused("Key ID", why);
        assert.equal(await page.getByRole("textbox", { name: "Key ID" }).inputValue(), typed, "what was typed stays");
        assert.ok(!(await page.content()).includes("zinc-plover-20"), "a value is never written back into a page");
        said.add(await page.locator("#key_id-help").innerText());
      }
      assert.equal(said.size, 4, "each refusal has its own sentence");
      await opensSecrets(owner);
      await owner.seesNot("refused-secret");
    },
  },
  {
    name: "what was not encrypted as data, or was changed, does not open in the Tool",
    async run({ visit }) {
      const owner = await visit({ as: ["Harbor Retail", "mara.lindqvist"] });
      const text = "tide table of the north pier";
      await createsKey(owner, key);
      await opensTool(owner, key);
      const ciphertext = await encrypts(owner, text);
      const bytes = Buffer.from(ciphertext, "base64");
      assert.equal(bytes.length, text.length + 140, "a ciphertext is 140 bytes longer than its text");
      await decrypts(owner, ciphertext);
      await owner.sees(text);

      const changed = (position, value) => {
        const copy = Buffer.from(bytes);
        copy[position] = value ?? copy[position] ^ 1;
        return copy.toString("base64");
      };
      const wrong = {
        "a flipped bit in the key id": changed(6),
        "a flipped bit in the nonce": changed(30),
        "a flipped bit in the commitment": changed(60),
        "a flipped bit in what must be zero": changed(100),
        "a flipped bit in the body": changed(130),
        "a flipped bit in the tag": changed(bytes.length - 1),
        "one that says it is a data key": changed(5, 2),
        "one that says it is a secret's": changed(5, 4),
        "a piece": bytes.subarray(0, 130).toString("base64"),
        "no Base64": "what is this?",
      };
      for (const [what, typed] of Object.entries(wrong)) {
        await owner.follow("Clear");
        await owner.page.getByRole("alert").first().waitFor({ state: "hidden" });
        await decrypts(owner, typed);
        await owner.page.getByRole("alert").first().waitFor();
        await owner.seesNot(text);
        assert.equal(await owner.page.locator("#result").count(), 0, `${what} opened`);
      }
    },
  },
];

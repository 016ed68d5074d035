// What people of the stories do, one act of the console each, on whatever page they are.

import { fail } from "node:assert";

export const region = "eu-west-101";

// The permissions that the console ships, as the wizard names them.
export const permissions = {
  all: "default kms KeyId statement",
  readOnly: "kms KeyId read-only statement",
  encryptDecrypt: "kms KeyId encrypt-decrypt statement",
};

// opens goes to a service by the menu of services.
export async function opens(visitor, service) {
  await visitor.press("Services");
  await visitor.page.getByRole("link", { name: service }).filter({ visible: true }).first().click();
}

export async function opensKeys(visitor, tab = "Custom Keys") {
  await opens(visitor, /^Key Management Service/);
  await visitor.at("Key Management Service");
  await opensTab(visitor, tab);
}

export async function opensSecrets(visitor) {
  await opens(visitor, /^Cloud Secret Management Service/);
  await visitor.at("Secrets");
}

// opensShares goes to the shares of this account.
export async function opensShares(visitor) {
  await opens(visitor, /^Resource Access Manager/);
  await visitor.sees("Keys this account shares with others.");
}

// opensPermissions goes to the library of permissions.
export async function opensPermissions(visitor) {
  await opensShares(visitor);
  await visitor.follow("Permissions Library");
  await visitor.at("Permissions Library");
}

// opensReceived goes to a tab of the shares that other accounts made for this one.
export async function opensReceived(visitor, tab) {
  await opensShares(visitor);
  await visitor.page.getByRole("region", { name: "Shared with Me" }).getByRole("link", { name: "Resource Shares" }).click();
  await visitor.sees("What other accounts share with");
  await opensTab(visitor, tab);
}

async function opensTab(visitor, tab) {
  const link = visitor.page.getByRole("main").getByRole("link", { name: new RegExp(`^${tab}( [0-9]+)?$`) }).first();
  await link.click();
  await link.and(visitor.page.locator("[aria-current=page]")).waitFor();
}

export async function opensTraces(visitor) {
  await opens(visitor, /^Cloud Trace Service/);
  await visitor.at("Audit trail");
}

export async function createsKey(visitor, name) {
  await opensKeys(visitor);
  await visitor.follow("Create Key");
  await visitor.at("Create Key");
  await visitor.fill({ Name: name });
  await visitor.press("Create Key");
  await visitor.sees(`Key ${name} was created`);
}

// account is the ID of the visitor's account, as the account menu offers it.
export async function accountID(visitor) {
  await visitor.page.getByRole("button", { name: /^Account / }).click();
  const id = await visitor.copied("Copy account ID", visitor.page.getByRole("banner"));
  await visitor.page.keyboard.press("Escape");
  if (!/^[0-9a-f]{32}$/.test(id)) fail(`an account ID is 32 hexadecimal characters, not ${id}`);
  return id;
}

// beginsShare goes through the first two steps of the wizard, to Principals.
export async function beginsShare(visitor, { name, keys, permission = permissions.encryptDecrypt }) {
  await opensShares(visitor);
  await visitor.press("Create Resource Share");
  await visitor.at("Specify Resource Share Details");
  await visitor.fill({ Name: name, ...Object.fromEntries(keys.map((key) => [`Select ${key}`, true])) });
  await visitor.press("Add ticked keys");
  await visitor.sees(`${keys.length} of at most 20`);
  await visitor.next("Associate Permissions");
  await visitor.fill({ [permission]: true });
  await visitor.next("Grant Access to Principals");
}

// sharesWithAccount goes through the whole wizard. It ends on the page of the share.
export async function sharesWithAccount(visitor, share) {
  await beginsShare(visitor, share);
  const accounts = visitor.page.getByRole("textbox", { name: "Account ID" });
  await visitor.page.getByRole("radio", { name: "Account ID" }).check();
  await accounts.fill(share.account);
  await visitor.press("Add", visitor.page.getByRole("main"));
  await visitor.page.getByRole("row").filter({ hasText: share.account }).waitFor();
  await visitor.next("Confirm");
  await visitor.sees(share.effect);
  await visitor.press("Submit");
  await visitor.at(share.name);
}

// sharesWithUnit goes through the whole wizard with a unit of the organization's tree.
export async function sharesWithUnit(visitor, share) {
  await beginsShare(visitor, share);
  await visitor.fill({ "Allow sharing only within your organization": true });
  await visitor.page.getByRole("radio", { name: "Organization", exact: true }).check();
  await visitor.page.getByRole("checkbox", { name: new RegExp(`^${share.unit}`) }).check();
  await visitor.press("Add ticked");
  await visitor.row(share.unit).filter({ hasText: "Access at once" }).waitFor();
  await visitor.next("Confirm");
  await visitor.sees(share.effect);
  await visitor.press("Submit");
  await visitor.at(share.name);
}

// accepts answers an invitation on the overview.
export async function accepts(visitor, share) {
  await visitor.follow("Shared KMS, overview");
  await visitor.at("Overview");
  await visitor.sees(share);
  await visitor.follow(`Accept… ${share}`);
  await visitor.at(`Accept ${share}?`);
  await visitor.press("Accept");
  await visitor.sees(`You accepted ${share}`);
}

// createsSecret fills the form as far as its value and key, and confirms it. Key is
// {select: name} or {enter: id}; value is pairs or a text.
export async function createsSecret(visitor, { name, value, key }) {
  await opensSecrets(visitor);
  await visitor.follow("Create Secret");
  await visitor.at("Create Secret");
  await fillsSecret(visitor, { name, value, key });
  await confirmsSecret(visitor, name);
}

// usesInSecret creates a secret from the row of a key of another account, which is chosen then.
export async function usesInSecret(visitor, key, { name, value }) {
  await opensKeys(visitor, "Shared Key");
  await visitor.acts("Use in… Secret", key);
  await visitor.at("Create Secret");
  await visitor.page.getByRole("radio", { name: key, exact: true, checked: true }).waitFor();
  await fillsSecret(visitor, { name, value });
  await confirmsSecret(visitor, name);
}

async function confirmsSecret(visitor, name) {
  await visitor.press("Next: Confirm");
  await visitor.at("Confirm secret");
  await visitor.press("Create Secret");
  await visitor.at(name);
}

export async function fillsSecret(visitor, { name, value, key }) {
  await visitor.fill({ "Secret name": name });
  if (typeof value === "string") {
    await visitor.fill({ Plaintext: true, "Plaintext value": value });
  } else {
    let row = 0;
    for (const [k, v] of Object.entries(value)) {
      if (row++ > 0) await visitor.press("Add row");
      await visitor.fill({ [`Key ${row}`]: k, [`Value ${row}`]: v });
    }
  }
  if (!key) return;
  if (key.select) await visitor.fill({ "Select from list": true, [key.select]: true });
  else await visitor.fill({ "Enter key ID": true, "Key ID": key.enter });
}

// opensSecret goes to a secret by the list.
export async function opensSecret(visitor, name) {
  await opensSecrets(visitor);
  await visitor.follow(name);
  await visitor.at(name);
}

// showsSecret shows a value and hides it again; it returns what the page said.
export async function showsSecret(visitor, name) {
  await opensSecret(visitor, name);
  await visitor.press("Show value");
  await visitor.at(`Value of ${name}`);
  const shown = await visitor.page.getByRole("main").innerText();
  await visitor.follow("Hide value");
  await visitor.at(name);
  return shown;
}

// opensTool goes to the Tool of a key by the list of one of the tabs.
export async function opensTool(visitor, key, tab) {
  await opensKeys(visitor, tab);
  await visitor.follow(key);
  await visitor.at(key);
  await visitor.follow("Tool");
  await visitor.page.getByRole("button", { name: "Execute" }).waitFor();
}

export async function encrypts(visitor, text) {
  await visitor.fill({ Encrypt: true, Plaintext: text });
  await visitor.press("Execute");
  return visitor.copied("Copy ciphertext");
}

export async function decrypts(visitor, ciphertext) {
  await visitor.fill({ Decrypt: true, Ciphertext: ciphertext });
  await visitor.press("Execute");
}

// trail is everything the visitor's account may read about acts since an instant: each trace
// in full, newest first, as {event, outcome, page}.
export async function trail(visitor, since) {
  await opensTraces(visitor);
  const traces = [];
  for (;;) {
    const rows = visitor.page.getByRole("table", { name: "Traces" }).getByRole("row");
    const told = await rows.evaluateAll((list) => list.slice(1).map((row) => ({
      at: `${row.querySelector("time").textContent.replace(" ", "T")}Z`,
      event: row.cells[1].querySelector("a").textContent,
      href: row.cells[1].querySelector("a").pathname,
      outcome: row.cells[4].innerText.trim(),
    })));
    for (const { at, href, ...trace } of told) {
      if (new Date(at) < since) return traces;
      traces.push({ ...trace, page: await visitor.source(href) });
    }
    const next = visitor.page.getByRole("link", { name: "Next page" });
    if ((await next.count()) === 0) return traces;
    await next.first().click();
    await visitor.page.waitForURL(/cursor=/);
  }
}

// Who is signed in, from where, and until when; on a console without the demo world.

import assert from "node:assert/strict";

const own = "walnut-kettle-ridge-88";

async function signsIn(visitor, { account, user = "root", password }) {
  await visitor.page.goto("/sign-in");
  await visitor.fill({ "Account name or ID": account, User: user, Password: password });
  await visitor.press("Sign in");
}

async function settles(visitor, { id, password }) {
  await signsIn(visitor, { account: id, password });
  await visitor.at("Choose a password of your own");
  await visitor.fill({ "Current password": password, "New password": own, "New password again": own });
  await visitor.press("Change password");
  await visitor.at("Overview");
}

async function signsOut(visitor) {
  await visitor.page.getByRole("button", { name: /^Account / }).click();
  await visitor.press("Sign out");
  await visitor.sees("You have signed out");
}

export const stories = [
  {
    name: "a first sign-in changes the one-time password, and nothing opens before",
    world: "empty",
    async run({ visit, createAccount }) {
      const visitor = await visit();
      await visitor.page.goto("/");
      await visitor.sees("This console has no account yet");
      const made = await createAccount("Example Company");

      await signsIn(visitor, { account: "Example Company", password: "not-the-password-1" });
      await visitor.sees(/account, user or password/i);
      assert.equal(await visitor.page.getByLabel("Password").inputValue(), "", "a password never comes back");

      await signsIn(visitor, { account: made.id, password: made.password });
      await visitor.at("Choose a password of your own");
      await visitor.page.goto("/me");
      await visitor.at("Choose a password of your own");
      await visitor.fill({ "Current password": made.password, "New password": "short", "New password again": "short" });
      await visitor.press("Change password");
      await visitor.refused("New password", "12");
      await visitor.fill({ "Current password": made.password, "New password": own, "New password again": `${own}x` });
      await visitor.press("Change password");
      await visitor.refused("New password again", /same|differ|match/);
      await visitor.fill({ "Current password": made.password, "New password": own, "New password again": own });
      await visitor.press("Change password");
      await visitor.at("Overview");

      await signsOut(visitor);
      await signsIn(visitor, { account: "Example Company", password: made.password });
      await visitor.sees(/account, user or password/i);
      await signsIn(visitor, { account: "example company", password: own });
      await visitor.at("Overview");
    },
  },
  {
    name: "a sign-in is ended from another browser, at its next request",
    world: "empty",
    async run({ visit, createAccount }) {
      const made = await createAccount("Example Company");
      const here = await visit();
      await settles(here, made);
      const there = await visit();
      await signsIn(there, { account: made.id, password: own });
      await there.at("Overview");

      await here.page.goto("/me");
      await here.sees("This sign-in");
      await here.page.getByRole("button", { name: /^End the sign-in from / }).click();
      await here.sees(/ended/i);
      await there.page.goto("/me");
      await there.at("Sign in");
      await here.page.goto("/me");
      await here.at("My sign-ins");
    },
  },
  {
    name: "after signing out, Back shows nothing of the account",
    world: "empty",
    async run({ visit, createAccount }) {
      const visitor = await visit();
      await settles(visitor, await createAccount("Example Company"));
      await visitor.page.goto("/me");
      await visitor.at("My sign-ins");
      await signsOut(visitor);
      await visitor.page.goBack();
      await visitor.at("Sign in");
      await visitor.seesNot("Example Company");
      await visitor.seesNot("My sign-ins");
    },
  },
  {
    name: "appearance is kept, and the keyboard reaches content first",
    async run({ visit }) {
      const visitor = await visit({ as: ["Harbor Retail", "mara.lindqvist"] });
      const { page } = visitor;
      const theme = () => page.locator("html").getAttribute("class");
      for (const [choice, name] of [["Dark", "pf-v6-theme-dark"], ["Light", "pf-v6-theme-light"], ["As the system", "k-theme-system"]]) {
        await visitor.press("Appearance");
        await page.getByRole("button", { name: choice, exact: true }).filter({ visible: true }).click();
        await page.locator(`html.${name}`).waitFor();
        await visitor.at("Overview");
        await page.reload();
        assert.equal(await theme(), name);
      }

      await page.reload();
      await page.keyboard.press("Tab");
      const focused = () => page.evaluate(() => document.activeElement.innerText.trim() || document.activeElement.id);
      assert.equal(await focused(), "Skip to content");
      await page.keyboard.press("Enter");
      await page.waitForURL(/#main$/);
      assert.equal(await page.evaluate(() => document.activeElement.id), "main");
      await page.keyboard.press("Tab");
      assert.ok(await page.evaluate(() => document.activeElement.closest("main") !== null), "the next Tab is inside the content");

      // A menu opens and closes by keyboard, and gives the focus back.
      const services = page.getByRole("button", { name: "Services" });
      await services.focus();
      await page.keyboard.press("Enter");
      await visitor.sees("Keys of this account and keys shared with it");
      await page.keyboard.press("Escape");
      await visitor.seesNot("Keys of this account and keys shared with it");
      assert.ok(await services.evaluate((e) => e === document.activeElement), "the focus is back at the button");
    },
  },
];

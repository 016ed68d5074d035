// A visitor is one person at one browser: what a story does with pages.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { watch } from "./browser.js";

const wait = 10_000; // ms for a page or a control to appear

// The rules a page is held to: WCAG 2.2 A and AA, and what axe calls best practice, so
// that headings and landmarks are in order too.
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// Rules that depend on colours. The others judge the document, which is the same in dark.
const colourRules = ["color-contrast", "link-in-text-block"];

const wide = { width: 1440, height: 900 };
const phone = { width: 400, height: 800 };
const narrowest = { width: 360, height: 800 };

export class Visitor {
  constructor(context, page, { base, js, out, problems }) {
    Object.assign(this, { context, page, base, js, out, problems });
  }

  static async open(browser, { base, js, out }) {
    const context = await browser.newContext({
      baseURL: base,
      javaScriptEnabled: js,
      colorScheme: "light",
      reducedMotion: "reduce",
      timezoneId: "UTC",
      locale: "en-GB",
      viewport: wide,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    context.setDefaultTimeout(wait);
    const problems = watch(context);
    return new Visitor(context, await context.newPage(), { base, js, out, problems });
  }

  // signIn clicks the button of a demo identity: the account's name, then the user's.
  async signIn(account, user = "root") {
    await this.page.goto("/sign-in");
    await this.press(`Sign in as ${user} of ${account}`);
    await this.page.waitForURL((url) => url.pathname !== "/sign-in");
  }

  // at waits for the page, or the step of a wizard, with that heading.
  async at(heading) {
    await this.page.getByRole("heading", { name: heading, exact: typeof heading === "string" }).first().waitFor({ state: "visible" });
  }

  // fill sets the fields of a form by their labels: text, true or false for a tick, or an
  // option's text for a select. A radio button is chosen by its own label and true.
  async fill(fields, where = this.page) {
    for (const [label, value] of Object.entries(fields)) {
      const ticks = this.page.locator("input[type=radio], input[type=checkbox]");
      const others = this.page.locator("select, textarea, input:not([type=radio], [type=checkbox])");
      const field = this.#labelled(label, where).and(typeof value === "boolean" ? ticks : others).first();
      const kind = await field.evaluate((e) => e.type ?? e.tagName);
      if (typeof value === "boolean") await field.setChecked(value);
      else if (kind.startsWith("select")) await field.selectOption(value);
      else await field.fill(value);
    }
  }

  #labelled(label, where = this.page) {
    return where.getByLabel(label, { exact: true }).or(where.getByLabel(`${label} *`, { exact: true }));
  }

  async press(name, where = this.page) {
    await where.getByRole("button", { name, exact: true }).first().click();
  }

  // next goes on to the step of a wizard with that title.
  async next(title) {
    await this.press(`Next: ${title}`);
    await this.at(title);
  }

  async follow(name, where = this.page) {
    await where.getByRole("link", { name, exact: true }).first().click();
  }

  // acts follows or presses an act in the row of a list that names a thing. With JavaScript the label of
  // the act names the thing, too.
  async acts(act, name) {
    const row = this.page.getByRole("row").filter({ has: this.page.getByRole("link", { name, exact: true }) });
    const label = { name: this.js ? `${act} ${name}` : act, exact: true };
    await row.getByRole("link", label).or(row.getByRole("button", label)).first().click();
  }

  // row is the line of a table that holds the text.
  row(text) {
    return this.page.getByRole("row").filter({ hasText: text });
  }

  // card is the part of a page below a heading of its own.
  card(title) {
    return this.page.locator(".pf-v6-c-card, section").filter({ has: this.page.getByRole("heading", { name: title, exact: true }) }).last();
  }

  // asked is where a question stands that an act asks first: a dialog, or without
  // JavaScript a page.
  async asked(question) {
    const where = this.js ? this.page.getByRole("dialog") : this.page.getByRole("main");
    await where.getByRole("heading", { name: question, exact: true }).waitFor({ state: "visible" });
    return where;
  }

  // copied takes a text out of the page as a person does: by the copy button of that name,
  // or without JavaScript by clicking on the text. One click selects an ID, three a line.
  async copied(label, where = this.page) {
    const name = `[aria-label=${JSON.stringify(label)}]`;
    const button = where.locator(`button${name}`).first();
    if (this.js) {
      await button.click();
      return this.page.evaluate(() => navigator.clipboard.readText());
    }
    if (await button.isVisible()) throw new Error(`the button ${label} shows, but does nothing without JavaScript`);
    // In long lists the button comes with JavaScript; there the name in the label leads to the row.
    const row = this.page.getByRole("rowheader").filter({ has: this.page.getByRole("link", { name: label.split(" ").at(-1), exact: true }) });
    const text = where.locator(`.k-copy:has(button${name}) code`).or(row.locator("code")).first();
    await text.click({ clickCount: (await text.getAttribute("class")) === null ? 3 : 1 });
    return this.page.evaluate(() => getSelection().toString().trim());
  }

  async sees(text, where = this.page) {
    await where.getByText(text).filter({ visible: true }).first().waitFor();
  }

  async seesNot(text, where = this.page) {
    const n = await where.getByText(text).filter({ visible: true }).count();
    if (n > 0) throw new Error(`the page shows ${JSON.stringify(String(text))}, which it must not`);
  }

  // refused waits until a field with this label is marked wrong and the text that belongs
  // to it says why.
  async refused(label, why) {
    const fields = this.page.locator("select, textarea, input:not([type=radio], [type=checkbox])");
    const field = this.#labelled(label).and(fields).and(this.page.locator("[aria-invalid=true]")).first();
    await field.waitFor();
    const texts = (await field.getAttribute("aria-describedby")).split(" ").map((id) => `[id="${id}"]`);
    await this.page.locator(texts.join()).filter({ hasText: why }).first().waitFor();
  }

  // goesTo opens an address and returns the status of the answer.
  async goesTo(path) {
    const response = await this.page.goto(path);
    return response.status();
  }

  // text is all that a page holds, seen or not, without being shown: what a search of the
  // page's source would find.
  async source(path) {
    const response = await this.context.request.get(path);
    if (!response.ok()) throw new Error(`${path} answered ${response.status()}`);
    return response.text();
  }

  // look holds the page as it stands to accessibility rules, in light and dark, wide and on
  // a phone, and to being no wider than the narrowest screen. The name tells this state of
  // the page apart.
  async look(name) {
    const findings = [];
    const { page, done } = this.js ? { page: this.page, done: () => {} } : await this.#copy();
    await page.evaluate(axe.source);
    for (const size of [wide, phone]) {
      await page.setViewportSize(size);
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        await settled(page);
        await page.evaluate(() => scrollTo(0, 0)); // what the masthead covers for the moment is no fault
        const runOnly = colorScheme === "light" ? { type: "tag", values: rules } : { type: "rule", values: colourRules };
        const options = { runOnly, resultTypes: ["violations"], preload: false };
        const { violations } = await page.evaluate((o) => window.axe.run(document, o), options);
        for (const v of violations) {
          const where = v.nodes.slice(0, 3).map((n) => `      ${n.target.join(" ")}: ${n.failureSummary.replaceAll("\n", " ")}`);
          findings.push(`    ${colorScheme}, ${size.width} px: ${v.id}: ${v.help}\n${where.join("\n")}`);
        }
      }
    }
    await page.setViewportSize(phone);
    findings.push(...(await narrowLists(page)).map((text) => `    ${phone.width} px: ${text}`));
    await page.setViewportSize(narrowest);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > narrowest.width) findings.push(`    at ${narrowest.width} px the page is ${width} px wide`);
    await page.setViewportSize(wide);
    await page.emulateMedia({ colorScheme: "light" });
    await done();
    if (findings.length > 0) throw new Error(`${name} (${this.page.url()}):\n${findings.join("\n")}`);
  }

  // #copy shows the same document, without its scripts, to a visitor with scripting on:
  // axe is a script and cannot run where they are off.
  async #copy() {
    const context = await this.context.browser().newContext({ reducedMotion: "reduce", viewport: wide });
    const page = await context.newPage();
    const body = (await this.page.content()).replaceAll(/<script\b[^>]*>.*?<\/script>/gs, "");
    const url = this.page.url();
    await page.route(url, (route) => route.fulfill({ body, contentType: "text/html; charset=utf-8" }));
    await page.goto(url);
    return { page, done: () => context.close() };
  }

  // shoot writes full-page pictures: light, dark and as on a phone.
  async shoot(name) {
    await this.#picture(name, { fullPage: true });
    await this.page.emulateMedia({ colorScheme: "dark" });
    await this.#picture(`${name}-dark`, { fullPage: true });
    await this.page.emulateMedia({ colorScheme: "light" });
    await this.page.setViewportSize(phone);
    await this.#picture(`${name}-400`, { fullPage: true });
    await this.page.setViewportSize(wide);
  }

  // shootOnce writes one picture, as high as the page.
  async shootOnce(name) {
    await this.page.setViewportSize({ ...wide, height: 600 });
    await this.#picture(name, { fullPage: true });
    await this.page.setViewportSize(wide);
  }

  async #picture(name, options) {
    mkdirSync(this.out, { recursive: true });
    await this.page.evaluate(() => scrollTo(0, 0));
    await settled(this.page);
    await this.page.screenshot({ path: join(this.out, `${name}.png`), ...options });
  }

  close() {
    return this.context.close();
  }
}

// narrowLists says what is wrong with long lists whose rows are blocks: each cell but acts and ticks wears
// the title of its column, and is still a cell of a row to assistive technology.
async function narrowLists(page) {
  const findings = await page.evaluate(() => [...document.querySelectorAll(".k-list")].flatMap((table) => {
    const titles = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    return [...table.tBodies[0].rows[0].cells].flatMap((cell, i, cells) => {
      const bare = cell.matches(".k-tick, th:first-child, .k-tick + th") || (table.matches(".k-acts") && i === cells.length - 1);
      const label = getComputedStyle(cell, "::before").content;
      const want = bare ? ["none", "normal"] : [JSON.stringify(titles[i])];
      return want.includes(label) ? [] : [`cell ${i + 1} of ${table.getAttribute("aria-label")} is labelled ${label}, not ${want[0]}`];
    });
  }));
  const cdp = await page.context().newCDPSession(page);
  const { root } = await cdp.send("DOM.getDocument");
  const { nodeIds } = await cdp.send("DOM.querySelectorAll", { nodeId: root.nodeId, selector: ".k-list" });
  for (const nodeId of nodeIds) {
    for (const [role, selector] of [["row", "tbody > tr"], ["rowheader", "tbody th"], ["cell", "tbody td"]]) {
      const there = (await cdp.send("DOM.querySelectorAll", { nodeId, selector })).nodeIds.length;
      const told = (await cdp.send("Accessibility.queryAXTree", { nodeId, role })).nodes.filter((node) => !node.ignored).length;
      if (told !== there) findings.push(`a list has ${there} times ${selector}, and ${told} of the role ${role}`);
    }
  }
  await cdp.detach();
  return findings;
}

// settled waits until nothing that shows moves: colours change gradually, and inside closed
// details, which are not drawn, they never end.
async function settled(page) {
  await page.evaluate(() => {
    const shows = (a) => !a.effect?.target || a.effect.target.checkVisibility();
    return Promise.allSettled(document.getAnimations().filter(shows).map((a) => a.finished));
  });
}

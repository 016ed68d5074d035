// A visitor is one person at one browser: what a story does with pages.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { watch } from "./browser.js";

const wait = 10_000; // ms for a page or a control to appear

// The rules a page is held to: WCAG 2.2 A and AA, and what axe calls best practice, so
// that headings and landmarks are in order too.
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export class Visitor {
  constructor(context, page, { base, js, out, problems }) {
    Object.assign(this, { context, page, base, js, out, problems });
  }

  static async open(browser, { base, js, out, width = 1440 }) {
    const context = await browser.newContext({
      baseURL: base,
      javaScriptEnabled: js,
      colorScheme: "light",
      reducedMotion: "reduce",
      timezoneId: "UTC",
      locale: "en-GB",
      viewport: { width, height: 900 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    context.setDefaultTimeout(wait);
    const problems = watch(context);
    return new Visitor(context, await context.newPage(), { base, js, out, problems });
  }

  // signIn clicks the button of a demo identity: the account's name, then the user's.
  async signIn(account, user = "root") {
    await this.page.goto("/sign-in");
    const card = this.page.getByRole("listitem").filter({ has: this.page.getByText(account, { exact: true }) });
    await card.getByRole("button", { name: `Sign in as ${user}`, exact: true }).first().click();
    await this.page.waitForURL((url) => url.pathname !== "/sign-in");
  }

  // fill sets the fields of a form by their labels: text, true or false for a tick, or an
  // option's text for a select. A radio button is chosen by its own label and true.
  async fill(fields) {
    for (const [label, value] of Object.entries(fields)) {
      const field = this.page.getByLabel(label, { exact: true }).or(this.page.getByLabel(`${label} *`, { exact: true })).first();
      const kind = await field.evaluate((e) => e.type ?? e.tagName);
      if (typeof value === "boolean") await field.setChecked(value);
      else if (kind.startsWith("select")) await field.selectOption(value);
      else await field.fill(value);
    }
  }

  async press(name) {
    await this.page.getByRole("button", { name, exact: true }).first().click();
  }

  async follow(name) {
    await this.page.getByRole("link", { name, exact: true }).first().click();
  }

  async sees(text) {
    await this.page.getByText(text).first().waitFor({ state: "visible" });
  }

  async seesNot(text) {
    const n = await this.page.getByText(text).filter({ visible: true }).count();
    if (n > 0) throw new Error(`the page shows ${JSON.stringify(String(text))}, which it must not`);
  }

  // look holds the page as it stands to accessibility rules in light and dark, and that
  // nothing is wider than a phone of 400 px. The name tells this state of the page apart
  // and names its pictures.
  async look(name) {
    const findings = [];
    const { page, done } = this.js ? { page: this.page, done: () => {} } : await this.#copy();
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).withTags(rules).analyze();
      for (const v of violations) {
        const where = v.nodes.slice(0, 3).map((n) => `      ${n.target.join(" ")}: ${n.failureSummary.replaceAll("\n", " ")}`);
        findings.push(`    ${colorScheme}: ${v.id}: ${v.help}\n${where.join("\n")}`);
      }
    }
    await page.emulateMedia({ colorScheme: "light" });
    await done();

    const size = this.page.viewportSize();
    await this.page.setViewportSize({ width: 400, height: 800 });
    const width = await this.page.evaluate(() => document.documentElement.scrollWidth);
    if (width > 400) findings.push(`    at 400 px the page is ${width} px wide`);
    await this.page.setViewportSize(size);
    if (findings.length > 0) throw new Error(`${name} (${this.page.url()}):\n${findings.join("\n")}`);
  }

  // #copy shows the same document, without its scripts, to a visitor with scripting on:
  // axe is a script and cannot run where they are off.
  async #copy() {
    const context = await this.context.browser().newContext({ reducedMotion: "reduce", viewport: this.page.viewportSize() });
    const page = await context.newPage();
    const body = (await this.page.content()).replaceAll(/<script\b[^>]*>.*?<\/script>/gs, "");
    const url = this.page.url();
    await page.route(url, (route) => route.fulfill({ body, contentType: "text/html; charset=utf-8" }));
    await page.goto(url);
    return { page, done: () => context.close() };
  }

  // shoot writes full-page pictures: light, dark and 400 px wide.
  async shoot(name) {
    mkdirSync(this.out, { recursive: true });
    const size = this.page.viewportSize();
    const take = (suffix) => this.page.screenshot({ path: join(this.out, `${name}${suffix}.png`), fullPage: true });
    await take("");
    await this.page.emulateMedia({ colorScheme: "dark" });
    await take("-dark");
    await this.page.emulateMedia({ colorScheme: "light" });
    await this.page.setViewportSize({ width: 400, height: 800 });
    await take("-400");
    await this.page.setViewportSize(size);
  }

  close() {
    return this.context.close();
  }
}

// Takes full-page pictures of pages: light, dark and 400 px wide.
//
//   node shots.js [--as=ACCOUNT[/USER]] [--base=URL] [--out=DIR] PATH…
//
// Without --base a console with a fresh demo world on SQLite is started for it.

import { parseArgs } from "node:util";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.js";
import { Worlds } from "./console.js";
import { Visitor } from "./visitor.js";

const { values, positionals: paths } = parseArgs({
  options: { as: { type: "string" }, base: { type: "string" }, out: { type: "string" } },
  allowPositionals: true,
});
const out = values.out ?? fileURLToPath(new URL("out/shots", import.meta.url));
await mkdir(out, { recursive: true });

const worlds = await Worlds.open();
const browser = await launch();
let server;
try {
  if (!values.base) server = await worlds.start("sqlite", `${out}/server.log`);
  const visitor = await Visitor.open(browser, { base: values.base ?? server.base, js: true, out });
  if (values.as) await visitor.signIn(...values.as.split("/"));
  for (const path of paths) {
    await visitor.page.goto(path, { waitUntil: "networkidle" });
    const name = path.replaceAll(/[^\w]+/g, "-").replaceAll(/^-|-$/g, "") || "overview";
    await visitor.shoot(name);
    console.log(`${out}/${name}{,-dark,-400}.png`);
  }
  for (const p of visitor.problems) console.log(`complaint: ${p}`);
  await visitor.close();
} finally {
  await browser.close();
  await server?.stop();
  await worlds.close();
}

// Takes full-page pictures of pages: light, dark and as on a phone.
//
//   node shots.js --all [WORD…]         every scene of scenes.js, or those whose area or name
//                                       holds one of the words
//   node shots.js [--as=ACCOUNT[/USER]] PATH…
//   node shots.js --docs                the pictures of the README
//
// --base=URL takes them of a console that runs already, else one with a fresh demo world on
// SQLite is started. --out=DIR is where they go, out/shots otherwise. --nojs does it without
// JavaScript.

import { parseArgs } from "node:util";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launch, root } from "./browser.js";
import { Worlds } from "./console.js";
import { areas, docs, each } from "./scenes.js";
import { Visitor } from "./visitor.js";

const { values, positionals } = parseArgs({
  options: {
    all: { type: "boolean" }, docs: { type: "boolean" }, nojs: { type: "boolean" },
    as: { type: "string" }, base: { type: "string" }, out: { type: "string" },
  },
  allowPositionals: true,
});
const out = values.out ?? (values.docs ? `${root}docs` : fileURLToPath(new URL("out/shots", import.meta.url)));
await mkdir(out, { recursive: true });
await mkdir(new URL("out", import.meta.url), { recursive: true }); // of the console's log

function chosen() {
  if (values.docs) return docs;
  if (!values.all) {
    const as = values.as?.split("/");
    return positionals.map((path) => ({
      name: path.replaceAll(/[^\w]+/g, "-").replaceAll(/^-|-$/g, "") || "overview",
      as, go: (v) => v.page.goto(path, { waitUntil: "networkidle" }),
    }));
  }
  return Object.entries(areas).flatMap(([area, scenes]) =>
    scenes.filter((s) => !positionals.length || positionals.some((word) => `${area} ${s.name}`.includes(word))));
}

const worlds = await Worlds.open();
const browser = await launch();
let server;
let failed = 0;
try {
  if (!values.base) server = await worlds.start("sqlite", fileURLToPath(new URL("out/shots.log", import.meta.url)));
  const visitors = new Map();
  const visitOf = async (as) => {
    const key = String(as);
    if (!visitors.has(key)) {
      const visitor = await Visitor.open(browser, { base: values.base ?? server.base, js: !values.nojs, out });
      if (as) await visitor.signIn(...as);
      visitors.set(key, visitor);
    }
    return visitors.get(key);
  };
  for (const scene of chosen()) {
    await each([scene], visitOf, async (visitor, name) => {
      await (values.docs ? visitor.shootOnce(name) : visitor.shoot(name));
      console.log(`${out}/${name}`);
    }).catch((error) => {
      failed++;
      console.log(`FAIL ${scene.name}: ${String(error.message).split("\n")[0]}`);
    });
  }
  for (const visitor of visitors.values()) {
    for (const problem of visitor.problems) console.log(`complaint: ${problem}`);
    await visitor.close();
  }
} finally {
  await browser.close();
  await server?.stop();
  await worlds.close();
}
process.exitCode = failed > 0 ? 1 : 0;

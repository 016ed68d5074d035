// Runs the browser stories: every story with JavaScript on and off, on SQLite and on
// PostgreSQL (TEST_DATABASE_URL), each on a fresh copy of the demo world. A story that says
// whole: true runs in all four combinations; the others run twice, JavaScript on with one
// database and off with the other, which of them changing from story to story. With
// TORTURE=1 all run in all four, and behind PgBouncer in transaction mode too, where else
// only those run that say pooled: true. A run for chosen words, or of one database or one way
// of scripting, leaves no more out.
//
//   node run.js [WORD…] [--db=sqlite|postgres|pgbouncer] [--js=on|off]
//
// Words choose the stories whose file or name holds one of them. What a failed story saw
// is in out/: a picture, the page's text, the server's log.
//
// A story is a file of stories/ that exports stories, a list of {name, run}. run gets one
// object: visit() opens a browser (visit({as: ["Account", "user"]}) signs in too), crash()
// kills the console and starts it again, js and db say which run it is, base is the
// console's address. A story may narrow itself: {js: true} when it is about scripting
// itself, {db: "sqlite"} when it is about what pages look like. With {world: "empty"} it
// begins without the demo world and has createAccount(name).

import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launch } from "./browser.js";
import { Worlds } from "./console.js";
import { Visitor } from "./visitor.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const storyLimit = 600_000; // ms; on a quiet machine the longest takes a minute and a half, on a busy one four
const atOnce = 2;

const { values: chosen, positionals: words } = parseArgs({
  options: { db: { type: "string" }, js: { type: "string" } },
  allowPositionals: true,
});

async function load() {
  const directory = process.env.E2E_STORIES ?? here("stories");
  const all = [];
  const everywhere = process.env.TORTURE || words.length > 0;
  let n = 0;
  for (const file of (await readdir(directory)).filter((f) => f.endsWith(".js")).sort()) {
    const { stories } = await import(`${directory}/${file}`);
    for (const story of stories) {
      if (words.length && !words.some((w) => `${file} ${story.name}`.includes(w))) continue;
      const first = n++ % 2 ? "sqlite" : "postgres"; // the database of its run with JavaScript
      for (const db of ["sqlite", "postgres", "pgbouncer"]) {
        for (const js of [true, false]) {
          if (chosen.db && chosen.db !== db) continue;
          if (db === "pgbouncer" && !chosen.db && !process.env.TORTURE && !story.pooled) continue;
          const once = !everywhere && !chosen.db && !chosen.js && !story.whole && story.db === undefined && story.js === undefined;
          if (once && db !== "pgbouncer" && (db === first) !== js) continue;
          if (chosen.js && (chosen.js === "on") !== js) continue;
          if (story.js !== undefined && story.js !== js) continue;
          if (story.db !== undefined && story.db !== db) continue;
          all.push({ ...story, file, db, js });
        }
      }
    }
  }
  return all;
}

async function tell(story, browser, worlds) {
  const label = `${story.file.replace(".js", "")}-${story.name}-${story.db}-${story.js ? "js" : "nojs"}`.replaceAll(/[^\w-]+/g, "-");
  const out = here(`out/${label}`);
  await mkdir(out, { recursive: true });
  const visitors = [];
  let server;
  try {
    server = await worlds.start(story.db, `${out}/server.log`, story.world);
    const visit = async ({ as } = {}) => {
      const visitor = await Visitor.open(browser, { base: server.base, js: story.js, out });
      visitors.push(visitor);
      if (as) await visitor.signIn(...as);
      return visitor;
    };
    const { base, crash, createAccount } = server;
    const scene = { visit, base, crash, createAccount, js: story.js, db: story.db };
    await within(storyLimit, story.run(scene));
    const problems = visitors.flatMap((v) => v.problems);
    if (problems.length) throw new Error(`the browser complained:\n    ${problems.join("\n    ")}`);
    for (const v of visitors) await v.close();
    await server.stop();
    return null;
  } catch (error) {
    for (const [i, v] of visitors.entries()) {
      await v.page.screenshot({ path: `${out}/failed-${i}.png`, fullPage: true }).catch(() => {});
      await writeFile(`${out}/failed-${i}.html`, `<!-- ${v.page.url()} -->\n${await v.page.content().catch(() => "")}`);
      await v.close().catch(() => {});
    }
    await server?.stop().catch(() => {});
    return `${readable(error)}\n    seen: ${out}`;
  }
}

// readable leaves out of an error what Playwright adds for itself: the browser's log and colours.
function readable(error) {
  const [message] = String(error.message ?? error).split("\nBrowser logs:");
  const at = (error.stack ?? "").split("\n").filter((line) => line.includes("/stories/"));
  return [message.trimEnd(), ...at].join("\n").replaceAll(/\x1b\[\d+m/g, "");
}

function within(limit, work) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`not done after ${limit / 1000} s`)), limit);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const queue = await load();
if (queue.some((s) => s.db !== "sqlite") && !process.env.TEST_DATABASE_URL) {
  console.error("TEST_DATABASE_URL names no PostgreSQL server: scripts/with-postgres node web/e2e/run.js, or --db=sqlite");
  process.exit(2);
}
await rm(here("out"), { recursive: true, force: true });
const browser = await launch();
const worlds = await Worlds.open();
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    queue.length = 0; // the running ones fail with their browser and clean up
  });
}
let passed = 0;
let failed = 0;
async function work() {
  for (let story; (story = queue.shift()); ) {
    const start = Date.now();
    const why = await tell(story, browser, worlds);
    const line = `${story.file}: ${story.name} (${story.db}, JavaScript ${story.js ? "on" : "off"}) ${((Date.now() - start) / 1000).toFixed(1)} s`;
    if (why) {
      failed++;
      console.log(`FAIL ${line}\n  ${why}`);
    } else {
      passed++;
      console.log(`ok   ${line}`);
    }
  }
}
try {
  await Promise.all(Array.from({ length: atOnce }, work));
} finally {
  await browser.close();
  await worlds.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

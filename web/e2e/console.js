// Starts consoles with a demo world of their own for the stories.
//
// A seeded world is made once per database and copied for each story, so every story
// begins with the same world and none sees what another did.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "./browser.js";

const exec = promisify(execFile);
const binary = process.env.CONSOLE_BIN ?? join(root, "bin/console");
const startLimit = 30_000; // ms; a start on a migrated database takes under one second

// Worlds makes demo worlds. Call close at the end: it removes directories and databases.
export class Worlds {
  #dir;
  #templates = new Map(); // database kind → promise of the seeded world to copy
  #databases = [];

  static async open() {
    const worlds = new Worlds();
    worlds.#dir = await mkdtemp(join(tmpdir(), "console-stories."));
    return worlds;
  }

  // start returns a running console on a fresh copy of the demo world; db is "sqlite" or
  // "postgres", log a file for what the server prints.
  async start(db, log) {
    if (!this.#templates.has(db)) this.#templates.set(db, this.#seed(db, log));
    const template = await this.#templates.get(db);
    const world = await this.#world(db);
    await cp(template.dir, world.dir, { recursive: true });
    if (db === "postgres") await sql(`CREATE DATABASE ${world.database} TEMPLATE ${template.database}`);
    return run(world, log);
  }

  async #seed(db, log) {
    const world = await this.#world(db);
    if (db === "postgres") await sql(`CREATE DATABASE ${world.database}`);
    const server = await run(world, log);
    await server.stop();
    return world;
  }

  #count = 0;
  async #world(db) {
    const n = ++this.#count;
    const dir = join(this.#dir, `${db}-${n}`);
    await mkdir(dir, { mode: 0o700 });
    if (db !== "postgres") return { db, dir };
    const database = `stories_${process.pid}_${n}`;
    this.#databases.push(database);
    return { db, dir, database };
  }

  async close() {
    for (const database of this.#databases) await sql(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await rm(this.#dir, { recursive: true, force: true });
  }
}

// run starts the console and waits until it says that it is ready.
async function run(world, log) {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const env = {
    PATH: process.env.PATH,
    HOME: world.dir,
    CONSOLE_ADDR: `127.0.0.1:${port}`,
    CONSOLE_DATA_DIR: world.dir,
    CONSOLE_DEMO: "1",
  };
  if (world.db === "postgres") {
    env.DATABASE_URL = databaseURL(world.database);
    env.CONSOLE_ROOT_KEY = `file:${join(world.dir, "root.key")}`;
    env.CONSOLE_OBJECTS = `file:${join(world.dir, "objects")}`;
  }
  const out = createWriteStream(log, { flags: "a" });
  const child = spawn(binary, ["serve"], { env, cwd: world.dir, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.pipe(out, { end: false });
  child.stderr.pipe(out, { end: false });
  const ended = once(child, "exit");
  ended.catch(() => {});

  const until = Date.now() + startLimit;
  for (;;) {
    if (child.exitCode !== null || child.signalCode) throw new Error(`the console ended with ${child.exitCode ?? child.signalCode} at its start; see ${log}`);
    const ready = await fetch(`${base}/readyz`).then((r) => r.ok, () => false);
    if (ready) break;
    if (Date.now() > until) {
      child.kill("SIGKILL");
      throw new Error(`the console was not ready after ${startLimit / 1000} s; see ${log}`);
    }
    await new Promise((done) => setTimeout(done, 25));
  }
  return {
    base,
    // stop asks the console to end and fails when it does not do so in order.
    async stop() {
      child.kill("SIGTERM");
      const hurry = setTimeout(() => child.kill("SIGKILL"), 20_000);
      const [code, signal] = await ended;
      clearTimeout(hurry);
      out.end();
      if (code !== 0) throw new Error(`the console ended with ${code ?? signal} when asked to stop; see ${log}`);
    },
  };
}

// A port the system says is free; E2E_PORT makes it the first free one from there on.
async function freePort() {
  const first = Number(process.env.E2E_PORT ?? 0);
  for (let port = first; ; port++) {
    const free = await new Promise((done) => {
      const server = createServer();
      server.once("error", () => done(0));
      server.listen(port, "127.0.0.1", () => {
        const { port: got } = server.address();
        server.close(() => done(got));
      });
    });
    if (free && !given.has(free)) {
      given.add(free);
      return free;
    }
    if (first && port > first + 99) throw new Error(`no free port from ${first} on`);
  }
}
const given = new Set();

function databaseURL(database) {
  const url = new URL(process.env.TEST_DATABASE_URL);
  url.pathname = `/${database}`;
  return url.href;
}

let psql;
async function sql(statement) {
  psql ??= exec(join(root, "scripts/postgres"), ["bin"]).then((r) => join(r.stdout.trim(), "psql"));
  await exec(await psql, ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--command", statement, process.env.TEST_DATABASE_URL]);
}

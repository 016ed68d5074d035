// Starts consoles with a world of their own for the stories.
//
// A world is made once per kind and database and copied for each story, so every story
// begins with the same world and none sees what another did. The kinds: "demo" is the demo
// world; "empty" has no account, as a console for real use begins.

import { execFile, spawn } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "./browser.js";

const exec = promisify(execFile);
const binary = process.env.CONSOLE_BIN ?? join(root, "bin/console");
const startLimit = 30_000; // ms; a start on a migrated database takes under one second

// Worlds makes worlds. Call close at the end: it removes directories and databases.
export class Worlds {
  #dir;
  #templates = new Map(); // database and kind → promise of the world to copy
  #databases = [];
  #pooler; // promise of the URL that leads through PgBouncer

  static async open() {
    const worlds = new Worlds();
    worlds.#dir = await mkdtemp(join(tmpdir(), "console-stories."));
    return worlds;
  }

  // start returns a running console on a fresh copy of a world; db is "sqlite",
  // "postgres" or "pgbouncer", log a file for what the server prints.
  async start(db, log, kind = "demo") {
    // A pooler keeps connections, and a database that somebody is connected to is not copied.
    const origin = db === "pgbouncer" ? "postgres" : db;
    const name = `${origin} ${kind}`;
    if (!this.#templates.has(name)) this.#templates.set(name, this.#make(origin, log, kind));
    const template = await this.#templates.get(name);
    const world = await this.#world(db, kind);
    await cp(template.dir, world.dir, { recursive: true });
    if (world.database) await sql(`CREATE DATABASE ${world.database} TEMPLATE ${template.database}`);
    return run(world, log);
  }

  async #make(db, log, kind) {
    const world = await this.#world(db, kind);
    if (world.database) {
      await sql(`CREATE DATABASE ${world.database}`);
      // Replicas share the root key, so the console never makes one beside PostgreSQL.
      const rootKey = `shared-kms-root-key-1:${randomBytes(32).toString("base64")}\n`;
      await writeFile(join(world.dir, "root.key"), rootKey, { mode: 0o600 });
    }
    const server = await run(world, log);
    await server.stop();
    return world;
  }

  #count = 0;
  async #world(db, kind) {
    const n = ++this.#count;
    const dir = join(this.#dir, `${db}-${n}`);
    await mkdir(dir, { mode: 0o700 });
    if (db === "sqlite") return { db, kind, dir };
    const database = `stories_${process.pid}_${n}`;
    this.#databases.push(database);
    if (db === "postgres") return { db, kind, dir, database };
    this.#pooler ??= pooled(poolerDir);
    return { db, kind, dir, database, pooler: await this.#pooler };
  }

  async close() {
    if (this.#pooler) await exec(join(root, "scripts/pgbouncer"), ["stop", poolerDir]);
    for (const database of this.#databases) await sql(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await rm(this.#dir, { recursive: true, force: true });
  }
}

// run starts the console and waits until it says that it is ready.
async function run(world, log) {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  let child = await launch(world, port, log);
  return {
    base,
    // stop asks the console to end and fails when it does not do so in order.
    stop: () => child.stop(),
    // crash kills the console as a power cut would, and starts it again at the same address.
    async crash() {
      await child.kill();
      child = await launch(world, port, log);
    },
    // createAccount makes an account in an empty world, as its operator does, and returns
    // its id and the one-time password of its root user.
    async createAccount(name) {
      const { stdout } = await exec(binary, ["account", "create", name], { env: settings(world), cwd: world.dir });
      const fact = (term) => stdout.match(new RegExp(`^${term} +(.+)$`, "m"))[1];
      return { id: fact("Account ID"), password: fact("One-time password") };
    },
  };
}

function settings(world) {
  const env = { PATH: process.env.PATH, HOME: world.dir, CONSOLE_DATA_DIR: world.dir };
  if (world.kind === "demo") env.CONSOLE_DEMO = "1";
  if (world.database) {
    env.DATABASE_URL = databaseURL(world.database);
    if (world.pooler) {
      env.CONSOLE_MIGRATE_URL = env.DATABASE_URL;
      env.DATABASE_URL = databaseURL(world.database, world.pooler);
      env.CONSOLE_DB_POOLER = "transaction";
    }
    env.CONSOLE_ROOT_KEY = `file:${join(world.dir, "root.key")}`;
    env.CONSOLE_OBJECTS = `file:${join(world.dir, "objects")}`;
  }
  return env;
}

async function launch(world, port, log) {
  const env = { ...settings(world), CONSOLE_ADDR: `127.0.0.1:${port}` };
  const out = createWriteStream(log, { flags: "a" });
  const child = spawn(binary, ["serve"], { env, cwd: world.dir, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.pipe(out, { end: false });
  child.stderr.pipe(out, { end: false });
  const ended = once(child, "exit");
  ended.catch(() => {});

  const until = Date.now() + startLimit;
  for (;;) {
    if (child.exitCode !== null || child.signalCode) throw new Error(`the console ended with ${child.exitCode ?? child.signalCode} at its start\n${await tail(log)}`);
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).then(said, (error) => String(error.cause?.message ?? error));
    if (answer === "") break;
    if (Date.now() > until) {
      child.kill("SIGQUIT"); // the log then holds what each goroutine waits for
      await ended;
      throw new Error(`the console at port ${port} was not ready after ${startLimit / 1000} s: ${answer}\n${await tail(log)}`);
    }
    await new Promise((done) => setTimeout(done, 25));
  }
  return {
    async stop() {
      child.kill("SIGTERM");
      const hurry = setTimeout(() => child.kill("SIGKILL"), 20_000);
      const [code, signal] = await ended;
      clearTimeout(hurry);
      out.end();
      if (code !== 0) throw new Error(`the console ended with ${code ?? signal} when asked to stop; see ${log}`);
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
      out.end();
    },
  };
}

// said is nothing when the console is ready, else what it answered.
async function said(response) {
  const text = await response.text();
  return response.ok ? "" : `${response.status} ${text}`;
}

// tail is the end of a log: whoever reads a failed run may not have its files.
async function tail(log) {
  const lines = (await readFile(log, "utf8")).trimEnd().split("\n");
  return lines.slice(-60).map((line) => `    ${line}`).join("\n");
}

// The ports of consoles lie below those the system gives to outgoing connections, so none
// takes one between the look here and the console's listening, and above the last one that
// browsers refuse to visit (10080).
const ports = { first: 30_000, count: 2_700 };
let nextPort = randomInt(ports.count);

// A port nobody listens at; E2E_PORT makes it the first free one from there on.
async function freePort() {
  for (let tries = 0; tries < 100; tries++) {
    const port = process.env.E2E_PORT ? Number(process.env.E2E_PORT) + tries : ports.first + (nextPort++ % ports.count);
    if (given.has(port)) continue;
    const free = await new Promise((done) => {
      const server = createServer();
      server.once("error", () => done(false));
      server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
    });
    if (!free) continue;
    given.add(port);
    return port;
  }
  throw new Error("100 ports in a row are taken");
}
const given = new Set();

function databaseURL(database, server = process.env.TEST_DATABASE_URL) {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

// Not in the directory of the worlds, which is closed to the user that PgBouncer runs as.
const poolerDir = join(tmpdir(), `console-pgbouncer.${process.pid}`);

// pooled starts PgBouncer before the server, in transaction mode.
async function pooled(dir) {
  const { stdout } = await exec(join(root, "scripts/pgbouncer"), ["start", dir]);
  return stdout.trim();
}

let psql;
async function sql(statement) {
  psql ??= exec(join(root, "scripts/postgres"), ["bin"]).then((r) => join(r.stdout.trim(), "psql"));
  await exec(await psql, ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--command", statement, process.env.TEST_DATABASE_URL]);
}

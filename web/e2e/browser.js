// The browser of the stories: Debian's Chromium, driven by playwright-core.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = fileURLToPath(new URL("../../", import.meta.url));

// launch starts a browser that talks to nobody but the page under test. As root Chromium
// runs only without its sandbox; it opens nothing but our own pages.
export function launch() {
  const executablePath = execFileSync(`${root}scripts/chromium`, { encoding: "utf8" }).trim();
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--no-first-run", "--no-default-browser-check",
    ],
  });
}

// watch collects what no page may do: write errors to the browser's console, violate the
// content security policy, fail to load a part of itself, answer 5xx. It returns the list,
// which grows as pages are visited. Documents that answer 4xx are the story's business.
export function watch(context) {
  const problems = [];
  context.on("console", (message) => {
    const text = message.text();
    if (!["error", "warning"].includes(message.type())) return;
    if (text.startsWith("Failed to load resource")) return; // judged by its response below
    problems.push(`console ${message.type()}: ${text} (${message.page()?.url()})`);
  });
  context.on("weberror", (error) => problems.push(`script error: ${error.error().stack ?? error.error()}`));
  context.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    if (why !== "net::ERR_ABORTED") problems.push(`request failed: ${request.url()}: ${why}`);
  });
  context.on("response", (response) => {
    const status = response.status();
    const page = ["document", "xhr", "fetch"].includes(response.request().resourceType());
    if (status >= 500 || (status >= 400 && !page)) {
      problems.push(`${status}: ${response.request().method()} ${response.url()}`);
    }
  });
  return problems;
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { lives, prune } from "./css-prune.mjs";

const used = new Set(["a", "b", "pf-v6-theme-dark"]);

for (const [selector, want] of [
  [".a", true],
  [".a .b > p", true],
  [".a.gone", false],
  [".a:not(.gone)", true],
  [":where(:root:not(.gone)) .a", true],
  [":is(.gone, .b) .a", true],
  [":where(.gone) .a", false],
  [".a:has(> .gone)", false],
  [".a:not(:is(.gone, .b))", true],
  [":root", true],
]) {
  test(`${selector} ${want ? "lives" : "goes"}`, () => assert.equal(lives(selector, used), want));
}

test("a list of selectors keeps only its living ones", () => {
  assert.equal(prune(".a, .gone { color: red }", { used }).trim(), ".a { color: red }");
});

test("properties nobody reads go, also those read only by such ones, and a reader outside keeps its own", () => {
  const css = ".a { --x: 1; --y: var(--x); --kept: 2; --outside: 3; top: var(--kept) }";
  assert.equal(prune(css, { used, readers: ["p { left: var(--outside) }"] }).trim(), ".a { --kept: 2; --outside: 3; top: var(--kept) }");
});

test("keyframes stay when an animation or a property names them", () => {
  const css = "@keyframes gone { to { top: 0 } } @keyframes spin { to { top: 1px } } .a { animation: spin 1s }";
  const out = prune(css, { used });
  assert.match(out, /keyframes spin/);
  assert.doesNotMatch(out, /keyframes gone/);
});

test("dark rules come a second time for the system's preference", () => {
  const out = prune(":where(.pf-v6-theme-dark) .a, .b { color: red }", { used });
  assert.match(out, /@media \(prefers-color-scheme: dark\)\s*\{\s*:where\(\.k-theme-system\) \.a/);
  assert.doesNotMatch(out, /k-theme-system\) \.a, \.b/);
});

test("fonts that are not wanted go, the others point into fonts/", () => {
  const css = '@font-face { src: url("./x/One.woff2") format("woff2-variations") } @font-face { src: url("./x/Two.woff2") }';
  const out = prune(css, { used, font: (url) => (url.endsWith("One.woff2") ? "One.woff2" : undefined) });
  assert.equal(out.trim(), '@font-face { src: url("fonts/One.woff2") format("woff2") }');
});

test("cells of a list and lines of a menu need no class", () => {
  const out = prune(".pf-v6-c-table__td { top: 0 } .pf-v6-c-table__text { top: 0 }", { used: new Set(["pf-v6-c-table__td", "pf-v6-c-table__text"]) });
  assert.equal(out, ":is(.pf-v6-c-table__td, td:where(.pf-v6-c-table *)) { top: 0 } .pf-v6-c-table__text { top: 0 }");
});

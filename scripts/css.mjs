// Prunes PatternFly to what the console shows and writes static/patternfly.css, the fonts and htmx.
// The results are committed, so building the console needs neither Node nor a registry.
//
//   npm ci && npm run css

import { copyFileSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "lightningcss";
import { bare, prune } from "./css-prune.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const patternfly = join(root, "node_modules/@patternfly/patternfly");

const fonts = {
  "assets/fonts/RedHatText/RedHatTextVF.woff2": "RedHatText.woff2",
  "assets/fonts/RedHatText/RedHatTextVF-Italic.woff2": "RedHatText-Italic.woff2",
  "assets/fonts/RedHatDisplay/RedHatDisplayVF.woff2": "RedHatDisplay.woff2",
};

// Every word of the templates and their Go files that looks like a PatternFly class counts as used.
// Too many is harmless: the words are matched against selectors, and a class alone keeps no rule
// whose other classes are unused.
function usedClasses() {
  const used = new Set(["pf-v6-theme-dark", "k-theme-system", ...Object.keys(bare)]);
  const take = (text) => {
    for (const [word] of text.matchAll(/\bpf-[\w-]+/g)) used.add(word);
  };
  for (const file of readdirSync(join(root, "views"), { recursive: true })) {
    const source = file.endsWith(".templ") || (file.endsWith(".go") && !file.endsWith("_templ.go") && !file.endsWith("_test.go"));
    if (source) take(readFileSync(join(root, "views", file), "utf8"));
  }
  take(readFileSync(join(root, "static/console.css"), "utf8"));
  take(readFileSync(join(root, "scripts/css-extra-classes.txt"), "utf8"));
  return used;
}

const pruned = prune(readFileSync(join(patternfly, "patternfly.css"), "utf8"), {
  used: usedClasses(),
  font: (url) => fonts[url.replace(/^\.\//, "")],
  // Custom properties that the console's own layer reads stay alive.
  readers: [readFileSync(join(root, "static/console.css"), "utf8")],
});
const { code } = transform({ filename: "patternfly.css", code: Buffer.from(pruned), minify: true });

writeFileSync(join(root, "static/patternfly.css"), code);
for (const [from, to] of Object.entries(fonts)) copyFileSync(join(patternfly, from), join(root, "static/fonts", to));
copyFileSync(join(root, "node_modules/htmx.org/dist/htmx.min.js"), join(root, "static/htmx.min.js"));
console.log(`static/patternfly.css: ${code.length} bytes`);

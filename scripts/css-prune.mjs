// Pruning of PatternFly 6. PurgeCSS drops its `:where(:not(…))` rules, so the rule of life is our own:
// a selector lives if all its classes are used; what stands inside `:not()` never kills it; a functional
// pseudo-class such as `:is()` or `:where()` lives if any of its branches does. Then custom properties
// that nobody reads go, again and again until none is left, and unused keyframes with them.

import postcss from "postcss";
import selectorParser from "postcss-selector-parser";

const branching = new Set([":is", ":where", ":has", ":matches", ":-webkit-any", ":host"]);

// prune returns the CSS text that options.used classes need. options.font maps the URL of a font to its
// file under fonts/, or to undefined, which drops the face; options.readers are further style sheets
// whose var() count as reading a property.
export function prune(css, { used, font = () => undefined, readers = [] }) {
  const root = postcss.parse(css);
  root.walkComments((comment) => comment.remove());
  keepFonts(root, font);
  root.walkRules((rule) => {
    if (inKeyframes(rule)) return;
    const alive = rule.selectors.filter((selector) => lives(selector, used));
    if (alive.length === 0) rule.remove();
    else rule.selectors = alive;
  });
  matchBareElements(root);
  repeatDarkForSystem(root);
  dropUnreadProperties(root, readers);
  dropUnusedKeyframes(root);
  dropEmpty(root);
  return root.toString();
}

// lives reports whether every class that the selector needs is among the used ones.
export function lives(selector, used) {
  return selectorParser().astSync(selector).nodes.some((branch) => branchLives(branch, used));
}

function branchLives(branch, used) {
  return branch.nodes.every((node) => {
    if (node.type === "class") return used.has(node.value);
    if (node.type !== "pseudo" || !branching.has(node.value) || node.nodes.length === 0) return true;
    return node.nodes.some((inner) => branchLives(inner, used));
  });
}

function inKeyframes(rule) {
  return rule.parent.type === "atrule" && /keyframes$/.test(rule.parent.name);
}

function keepFonts(root, font) {
  root.walkAtRules("font-face", (face) => {
    let file;
    face.walkDecls("src", (decl) => {
      const url = /url\("?([^")]+)"?\)/.exec(decl.value)?.[1];
      file = url && font(url);
      if (file) decl.value = `url("fonts/${file}") format("woff2")`;
    });
    if (!file) face.remove();
  });
}

// Classes that stand on every row of a list, every cell of a row, every line of a menu or every icon are
// matched by element too, so that pages need not repeat them. :where keeps PatternFly's specificity.
export const bare = {
  "pf-v6-svg": "svg",
  "pf-v6-c-table__tr": "tr:where(.pf-v6-c-table *)",
  "pf-v6-c-table__td": "td:where(.pf-v6-c-table *)",
  "pf-v6-c-menu__group": "section:where(.pf-v6-c-menu *)",
  "pf-v6-c-menu__list": "ul:where(.pf-v6-c-menu *)",
  "pf-v6-c-menu__list-item": "li:where(.pf-v6-c-menu *)",
  "pf-v6-c-menu__item": ":where(.pf-v6-c-menu li) :where(a, button)",
  "pf-v6-c-menu__item-description": "small:where(.pf-v6-c-menu *)",
  "pf-v6-c-nav__list": "ul:where(.pf-v6-c-nav *)",
  "pf-v6-c-nav__item": "li:where(.pf-v6-c-nav *)",
  "pf-v6-c-nav__link": "a:where(.pf-v6-c-nav *)",
};

function matchBareElements(root) {
  root.walkRules((rule) => {
    if (inKeyframes(rule)) return;
    rule.selector = rule.selector.replaceAll(/\.([\w-]+)/g, (cls, name) => (bare[name] ? `:is(${cls}, ${bare[name]})` : cls));
  });
}

// PatternFly knows dark as a class only. For "as the system" each dark rule is written a second time,
// right behind the first, for the class k-theme-system under the system's own preference.
function repeatDarkForSystem(root) {
  const dark = [];
  root.walkRules((rule) => {
    if (rule.selector.includes("pf-v6-theme-dark")) dark.push(rule);
  });
  for (const rule of dark) {
    const media = postcss.atRule({ name: "media", params: "(prefers-color-scheme: dark)" });
    const copy = rule.clone();
    copy.selectors = rule.selectors
      .filter((selector) => selector.includes("pf-v6-theme-dark"))
      .map((selector) => selector.replaceAll("pf-v6-theme-dark", "k-theme-system"));
    media.append(copy);
    rule.after(media);
  }
}

function dropUnreadProperties(root, readers) {
  const outside = new Set();
  for (const text of readers) collectReads(text, outside);
  for (;;) {
    const read = new Set(outside);
    root.walkDecls((decl) => collectReads(decl.value, read));
    let dropped = 0;
    root.walkDecls(/^--/, (decl) => {
      if (read.has(decl.prop)) return;
      decl.remove();
      dropped++;
    });
    if (dropped === 0) return;
  }
}

function collectReads(text, read) {
  for (const [, name] of text.matchAll(/var\(\s*(--[\w-]+)/g)) read.add(name);
}

function dropUnusedKeyframes(root) {
  let values = "";
  root.walkDecls((decl) => {
    if (decl.prop.startsWith("--") || decl.prop.startsWith("animation")) values += ` ${decl.value}`;
  });
  const words = new Set(values.split(/[^\w-]+/));
  root.walkAtRules(/keyframes$/, (frames) => {
    if (!words.has(frames.params)) frames.remove();
  });
}

function dropEmpty(root) {
  root.walkRules((rule) => {
    if (!rule.nodes.some((node) => node.type === "decl" || node.type === "rule" || node.type === "atrule")) rule.remove();
  });
  for (let dropped = 1; dropped > 0; ) {
    dropped = 0;
    root.walkAtRules((rule) => {
      if (rule.nodes && rule.nodes.length === 0) {
        rule.remove();
        dropped++;
      }
    });
  }
}

// Every page in every state is usable with assistive technology, in light and dark, and
// fits on a phone.

import { areas, each } from "../scenes.js";

const story = (name, js, scenes) => ({
  name,
  js,
  db: "sqlite", // what pages look like does not depend on it
  async run({ visit }) {
    const visitors = new Map();
    const visitOf = async (as) => {
      const key = String(as);
      if (!visitors.has(key)) visitors.set(key, await visit({ as }));
      return visitors.get(key);
    };
    const findings = [];
    await each(scenes, visitOf, async (visitor, scene) => {
      await visitor.look(scene).catch((error) => findings.push(error.message));
    });
    if (findings.length > 0) throw new Error(findings.join("\n"));
  },
});

// Without JavaScript most documents are the same. Not so the pages that stand in for dialogs, and the
// long lists, whose rows stay bare.
const all = Object.values(areas).flat();

export const stories = [
  ...Object.entries(areas).map(([area, scenes]) => story(`pages of ${area} break no accessibility rule and fit on a phone`, true, scenes)),
  story("pages that ask in place of dialogs break no accessibility rule and fit on a phone", false, all.filter((scene) => scene.asks)),
  story("long lists break no accessibility rule and fit on a phone", false, all.filter((scene) => scene.list)),
];

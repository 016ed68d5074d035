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

// Without JavaScript the documents are the same, but for the pages that stand in for dialogs.
const questions = Object.values(areas).flat().filter((scene) => scene.asks);

export const stories = [
  ...Object.entries(areas).map(([area, scenes]) => story(`pages of ${area} break no accessibility rule and fit on a phone`, true, scenes)),
  story("pages that ask in place of dialogs break no accessibility rule and fit on a phone", false, questions),
];

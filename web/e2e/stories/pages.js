// Every page in every state is usable with assistive technology, in light and dark, and
// fits on a phone.

import { areas, each } from "../scenes.js";

export const stories = Object.entries(areas).map(([area, scenes]) => ({
  name: `pages of ${area} break no accessibility rule and fit on a phone`,
  db: "sqlite", // what pages look like does not depend on it
  async run({ visit }) {
    const visitors = new Map();
    const visitOf = async (as) => {
      const key = String(as);
      if (!visitors.has(key)) visitors.set(key, await visit({ as }));
      return visitors.get(key);
    };
    const findings = [];
    await each(scenes, visitOf, async (visitor, name) => {
      await visitor.look(name).catch((error) => findings.push(error.message));
    });
    if (findings.length > 0) throw new Error(findings.join("\n"));
  },
}));

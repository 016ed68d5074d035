// An account makes a permission of its own, shares by it, and lets its recipients do more by
// a new version.

import assert from "node:assert/strict";
import { accepts, accountID, createsKey, decrypts, encrypts, opensPermissions, opensShares, opensTool, sharesWithAccount, trail } from "../acts.js";

const key = "manifests-2027";
const share = "manifests-for-lumen";
const permission = "manifest-writers";
const message = "Container 88 holds oranges, für Köln.";

export const stories = [
  {
    name: "an own permission is what recipients may do, and a new version reaches them when its share is updated",
    whole: true,
    async run({ visit }) {
      const began = new Date(Math.floor(Date.now() / 60_000) * 60_000);
      const owner = await visit({ as: ["Harbor Retail", "mara.lindqvist"] });
      const partner = await visit({ as: ["Lumen Logistics", "aiko.tanaka"] });
      const lumen = await accountID(partner);
      await createsKey(owner, key);

      // Wrong input comes back beside its field.
      await opensPermissions(owner);
      await owner.follow("Create Permission");
      await owner.at("Create Permission");
      await owner.fill({ Name: "two words" });
      await owner.press("Create Permission");
      await owner.refused("Name", "Use letters");
      await owner.fill({ Name: permission, Description: "For who writes manifests.", "Encrypt data": true });
      await owner.press("Create Permission");
      await owner.at(permission);
      await owner.sees("Encrypt data");

      // The wizard offers it, and the partner may do this and no more.
      await sharesWithAccount(owner, { name: share, keys: [key], account: lumen, permission, effect: "On Submit, 1 invitation goes out" });
      await accepts(partner, share);
      await opensTool(partner, key, "Shared Key");
      const ciphertext = await encrypts(partner, message);
      const cannotRead = async () => {
        await opensTool(partner, key, "Shared Key");
        assert.equal(await partner.page.getByLabel("Decrypt", { exact: true }).count(), 0, "decrypting is not offered");
      };
      await cannotRead();
      await partner.goesTo("/ram/permissions");
      await partner.seesNot(permission);

      // A new version waits until the share is updated.
      await opensPermissions(owner);
      await owner.follow(permission);
      await owner.at(permission);
      await owner.follow("Create Version");
      await owner.at("Create Version");
      await owner.fill({ "Decrypt data": true });
      await owner.press("Create Version");
      await owner.sees("Added since version 1");
      await cannotRead();

      await opensShares(owner);
      await owner.sees("Some resource shares are not on the default version of their permission");
      await owner.follow(share);
      await owner.at(share);
      await owner.follow("Update to version 2…");
      await owner.at("Update to version 2?");
      for (const text of ["Lumen Logistics", "Decrypt data", share]) await owner.sees(text);
      await owner.press("Update to version 2");
      await owner.at(share);
      await owner.sees(`Resource share ${share} was updated`);
      await owner.seesNot("this share uses version 1");

      // At the next request the partner reads it.
      await opensTool(partner, key, "Shared Key");
      await decrypts(partner, ciphertext);
      await partner.sees(message);

      // What a share uses cannot be deleted, and both trails tell the update.
      await opensPermissions(owner);
      await owner.follow(permission);
      await owner.at(permission);
      await owner.sees("A permission that a share uses cannot be deleted.");
      const lumenRoot = await visit({ as: ["Lumen Logistics", "root"] });
      for (const visitor of [owner, lumenRoot]) {
        const told = (await trail(visitor, began)).map((t) => t.event);
        assert.ok(told.includes("updateResourceSharePermissionVersion"), `the trail tells the update: ${told}`);
      }
    },
  },
];

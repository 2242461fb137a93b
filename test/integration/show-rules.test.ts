import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { unseenRegistry } from "../../src/application/registry/registry-draft.ts";
import { showRegistries } from "../../src/application/show/show-registries.ts";
import { showRules } from "../../src/application/show/show-rules.ts";
import type { RegistryRecord } from "../../src/application/store.ts";
import { type Person } from "../../src/domain/ids.ts";
import { address, NOW, REGISTRY } from "../unit/builders.ts";
import {
  alex,
  casey,
  kim,
  onTwoRegistries,
  openLease,
  robin,
  sam,
  soon,
} from "./two-registries.ts";

onTwoRegistries("what is shown of registries", (on) => {
  describe("rules", () => {
    const rulesFor = async (who: Person, registryName: string | undefined = "acrdemomagic") =>
      showRules(on.deps(), { by: who.id, registryName }, soon);
    const leases = [
      openLease(1, robin, "203.0.113.7"),
      openLease(2, casey, "203.0.113.8"),
      openLease(3, casey, "203.0.113.7"),
    ];

    beforeEach(async () => {
      const put = leases.map((value) => ({ kind: "lease", value }) as const);
      await on.given({ put: [...put, { kind: "registry", value: observed() }] });
    });

    it("name all of them, whose they are and until when, to an approver", async () => {
      const shown = await rulesFor(alex);
      assert.ok(shown.kind === "rules");
      assert.deepEqual(
        shown.view.rules.map(({ value, whose, leases: under }) => [
          value,
          whose,
          ...under.map(({ requester }) => requester.name),
        ]),
        [
          ["192.0.2.10", "foreign"],
          ["198.51.100.0/25", "baseline"],
          ["203.0.113.7", "ours", "Person 1", "Person 4"],
          ["203.0.113.8", "ours", "Person 4"],
          ["203.0.113.9", "ours"],
        ],
      );
      assert.deepEqual(
        [shown.view.hidden, shown.view.slots, shown.view.readAt],
        [0, { used: 5, limit: 200 }, NOW],
      );
    });

    it("tell nobody else of anybody's address or name but their own", async () => {
      const shown = await rulesFor(robin);
      assert.ok(shown.kind === "rules");
      assert.equal(shown.view.hidden, 4);
      assert.deepEqual(
        shown.view.rules.map(({ value }) => value),
        ["203.0.113.7"],
      );
      const told = JSON.stringify(shown);
      for (const secret of ["192.0.2.10", "198.51.100", "203.0.113.8", "Person 4", casey.id]) {
        assert.ok(!told.includes(secret), secret);
      }
    });

    it("of a registry that is none of theirs are those of one that nobody knows", async () => {
      const [unknown, foreign] = [
        await rulesFor(robin, "acrnowhere"),
        await rulesFor(robin, "acrother01"),
      ];
      assert.deepEqual(unknown, {
        kind: "unknown-registry",
        name: "acrnowhere",
        known: ["acrdemomagic"],
      });
      assert.deepEqual(foreign, { ...unknown, name: "acrother01" });
      assert.equal((await rulesFor(sam, "acrother01")).kind, "not-observed");
    });

    it("are of the only registry when none is named, and of none of several", async () => {
      assert.equal(
        (await showRules(on.deps(), { by: robin.id, registryName: undefined }, soon)).kind,
        "rules",
      );
      const several = await showRules(on.deps(), { by: sam.id, registryName: undefined }, soon);
      assert.deepEqual(several, { kind: "which-registry", known: ["acrdemomagic", "acrother01"] });
    });
  });

  describe("registries", () => {
    it("are those that the person may ask for, with how many others could approve", async () => {
      const value = { id: REGISTRY, version: 1, freeze: { by: alex, at: NOW, why: undefined } };
      await on.given({ put: [{ kind: "freeze", value }] });
      const offers = async (who: Person) =>
        (await showRegistries(on.deps(), who.id, soon)).map((offer) => [
          offer.policy.name,
          offer.approvers,
          offer.frozen,
        ]);
      assert.deepEqual(await offers(robin), [["acrdemomagic", 2, true]]);
      assert.deepEqual(await offers(alex), [["acrdemomagic", 1, true]]);
      assert.deepEqual(await offers(kim), [
        ["acrdemomagic", 2, true],
        ["acrother01", 1, false],
      ]);
    });
  });
});

/** The first registry as it was last read: five rules, three of them ours. */
function observed(over: Partial<RegistryRecord["observed"] & object> = {}): RegistryRecord {
  return {
    ...unseenRegistry(REGISTRY),
    version: 1,
    owned: [address("203.0.113.7"), address("203.0.113.8"), address("203.0.113.9")],
    observed: {
      at: NOW,
      lastModifiedAt: undefined,
      loginServer: "acrdemomagic.azurecr.io",
      sku: "Premium",
      defaultAction: "Deny",
      publicNetworkAccess: true,
      rules: ["192.0.2.10", "198.51.100.0/25", "203.0.113.7", "203.0.113.8", "203.0.113.9"],
      slots: { used: 5, limit: 200 },
      ...over,
    },
  };
}

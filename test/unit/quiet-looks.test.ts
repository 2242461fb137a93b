import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RegistryView } from "../../src/application/ports.ts";
import { createQuietLooks, type Seen } from "../../src/application/registry/quiet-looks.ts";
import { unseenRegistry } from "../../src/application/registry/registry-draft.ts";
import type { RegistryRecord } from "../../src/application/store.ts";
import { NOW, policyOf, REGISTRY, registryId, registryPolicy } from "./builders.ts";

const OTHER = registryId("another");
const LATER = new Date(NOW.getTime() + 3_600_000);
const until = LATER.getTime();

const view: RegistryView = {
  loginServer: "acrdemomagic.azurecr.io",
  sku: "Premium",
  creationDate: NOW,
  answeredAt: NOW,
  tags: { "drawbridge-1": "1…" },
  lastModifiedAt: NOW,
  lastModifiedByType: "User",
  lastModifiedByUs: false,
  publicNetworkAccess: true,
  anonymousPull: false,
  adminUser: false,
  vnetRules: 0,
  slots: { used: 1, limit: 200 },
  network: { defaultAction: "Deny", rules: ["203.0.113.7"] },
};
const record: RegistryRecord = {
  ...unseenRegistry(REGISTRY),
  seal: "a seal",
  creationDate: NOW,
  ledgerWrittenAt: NOW,
  observed: {
    at: NOW,
    lastModifiedAt: NOW,
    loginServer: view.loginServer,
    sku: view.sku,
    defaultAction: "Deny",
    publicNetworkAccess: true,
    rules: ["203.0.113.7"],
    slots: view.slots,
  },
};
const seen: Seen = {
  policy: policyOf(registryPolicy()),
  claim: { registry: REGISTRY, asStored: "a digest" },
  record,
  view,
};

describe("what a worker remembers of quiet looks", () => {
  const looks = createQuietLooks((text) => text);
  looks.remember(seen, until);

  it("is a look that saw the same, whenever that was", () => {
    assert.equal(looks.untilMs(seen), until);
    const { observed } = record;
    const again = {
      ...seen,
      record: { ...record, version: 7, observed: observed && { ...observed, at: LATER } },
      view: { ...view, answeredAt: LATER },
    };
    assert.equal(looks.untilMs(again), until);
  });

  it("is none that saw anything else of the registry", () => {
    for (const field of Object.keys(view).filter((name) => name !== "answeredAt")) {
      const other = { ...seen, view: { ...view, [field]: "another" } };
      assert.equal(looks.untilMs(other), undefined, field);
    }
  });

  it("is none that knew anything else of it", () => {
    for (const field of Object.keys(record).filter((name) => name !== "version")) {
      const other = { ...seen, record: { ...record, [field]: "another" } };
      assert.equal(looks.untilMs(other), undefined, field);
    }
    const { observed } = record;
    for (const field of Object.keys(observed ?? {}).filter((name) => name !== "at")) {
      const changed = observed && { ...observed, [field]: "another" };
      const other = { ...seen, record: { ...record, observed: changed } };
      assert.equal(looks.untilMs(other), undefined, field);
    }
  });

  it("is none with other leases, of another registry, or under another policy", () => {
    const { claim } = seen;
    assert.equal(looks.untilMs({ ...seen, claim: { ...claim, asStored: "other" } }), undefined);
    assert.equal(looks.untilMs({ ...seen, claim: { ...claim, registry: OTHER } }), undefined);
    assert.equal(looks.untilMs({ ...seen, policy: { ...seen.policy } }), undefined);
  });

  it("is forgotten when another registry is looked at under another policy", () => {
    const policy = { ...seen.policy };
    looks.remember({ ...seen, policy, claim: { ...seen.claim, registry: OTHER } }, until);
    assert.equal(looks.untilMs({ ...seen, policy }), undefined);
    assert.equal(looks.untilMs(seen), undefined);
  });
});

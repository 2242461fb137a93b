import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parsePolicy, PolicyError } from "../../src/adapters/policy/policy-file.ts";
import { policyRefusal, registryNamed } from "../../src/domain/policy.ts";
import { address, HOUR_MS, person, registryPolicy } from "./builders.ts";

const EXAMPLE = readFileSync(
  new URL("../../deployment/policy.example.yaml", import.meta.url),
  "utf8",
);

function complaint(text: string): string {
  try {
    parsePolicy(text, "policy.yaml");
  } catch (error) {
    assert.ok(error instanceof PolicyError);
    return error.message;
  }
  return "accepted";
}

function lineOf(text: string, part: string): number {
  return text.slice(0, text.indexOf(part)).split("\n").length;
}

describe("the policy file", () => {
  it("is read with defaults merged in and lists of people looked up", () => {
    const registry = registryNamed(parsePolicy(EXAMPLE, "policy.yaml"), "AcrDemoMagic");
    assert.ok(registry !== undefined);
    assert.deepEqual([...registry.approvers], [person(2).id, person(3).id]);
    assert.deepEqual(registry.duration, { defaultMs: 4 * HOUR_MS, maxMs: 8 * HOUR_MS });
    assert.deepEqual([registry.quorum, registry.baseline], [1, ["192.0.2.10"]]);
  });

  it("lets a registry override a part of the defaults", () => {
    const text = EXAMPLE.replace(
      "    approvers: platform",
      "    approvers: platform\n    approval: { quorum: 2, timeout: 1h }",
    );
    const [registry] = parsePolicy(text, "policy.yaml").registries;
    assert.deepEqual([registry?.quorum, registry?.approvalTimeoutMs], [2, HOUR_MS]);
  });

  it("is refused with a line number for everything that is wrong with it", () => {
    const text = EXAMPLE.replace("max: 8h", "max: 1,5h")
      .replace("requesters: members", "requesters: everybody")
      .replace("reason: optional", "raeson: optional");
    const said = complaint(text);
    assert.match(
      said,
      new RegExp(`policy.yaml:${String(lineOf(text, "1,5h"))}: defaults.duration.max`),
    );
    assert.match(said, /defaults: Unrecognized key: "raeson"/);
    assert.match(said, /defaults\.reason/);
    const names = complaint(EXAMPLE.replace("requesters: members", "requesters: everybody"));
    assert.match(names, /no list "everybody" under people/);
  });

  it("is refused when it is no YAML, empty, or contradicts itself", () => {
    assert.match(complaint("tenant: [1"), /policy\.yaml:\d+: not YAML/);
    assert.match(complaint(""), /policy\.yaml:1/);
    assert.match(complaint(EXAMPLE.replace("default: 4h", "default: 9h")), /longer than max/);
    const twice = `${EXAMPLE}  second:\n    id: ${/id: (\S+)/.exec(EXAMPLE)?.[1] ?? ""}\n    requesters: members\n    approvers: platform\n`;
    assert.match(complaint(twice), /second/);
  });

  it("has another digest when a byte is another", () => {
    const digests = [EXAMPLE, `${EXAMPLE}# x\n`].map((text) => parsePolicy(text, "p").digest);
    assert.notEqual(digests[0], digests[1]);
  });
});

describe("the policy", () => {
  const asked = {
    requester: person(1).id,
    address: address("203.0.113.7"),
    durationMs: HOUR_MS,
    reason: undefined,
  };
  const kind = (over: Parameters<typeof registryPolicy>[0], question = asked) =>
    policyRefusal(registryPolicy(over), question)?.kind;
  const addresses = { widest: 32, reserved: "refuse", forbid: [] } as const;

  it("says yes to what it allows", () => {
    assert.equal(kind({}), undefined);
  });

  it("says no with the reason", () => {
    assert.equal(kind({ requesters: new Set([person(9).id]) }), "may-not-ask");
    assert.equal(kind({ approvers: new Set() }), "nobody-can-approve");
    assert.equal(kind({ approvers: new Set([person(1).id]) }), "nobody-can-approve");
    assert.equal(kind({ quorum: 3 }), "nobody-can-approve");
    assert.equal(kind({ address: addresses }), "special-range");
    assert.equal(kind({ reason: "required" }), "reason-missing");
    assert.equal(kind({}, { ...asked, durationMs: 9 * HOUR_MS }), "too-long");
    const wide = { ...asked, address: address("8.8.8.0/24") };
    assert.equal(kind({ address: addresses }, wide), "too-wide");
    const forbid = { ...addresses, widest: 8, forbid: [address("8.8.8.8")] };
    assert.equal(kind({ address: forbid }, wide), "forbidden-range");
  });
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parsePolicy, PolicyError } from "../../src/adapters/policy/policy-file.ts";
import { policyRefusal, quorumFor, registryNamed } from "../../src/domain/policy.ts";
import { patternProblem } from "../../src/domain/reason-pattern.ts";
import {
  address,
  addressesOf,
  durationOf,
  HOUR_MS,
  person,
  quorumOf,
  registryPolicy,
} from "./builders.ts";

const EXAMPLE = readFileSync(
  new URL("../../deployment/policy.example.yaml", import.meta.url),
  "utf8",
);

/** With all that is commented out, and wide enough for it. */
const EVERYTHING = EXAMPLE.replaceAll(/^( +)# ([a-z-]+: .*)$/gim, "$1$2")
  .replace("reason: optional # or required; or ", "reason: ")
  .replace("widest: 32", "widest: 30")
  .replace("reserved: refuse", "reserved: allow")
  .replace("on-call: []", `on-call: [${person(4).id}]`)
  .replace("security: []", `security: [${person(5).id}]`);

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
  it("is read with lists of people looked up", () => {
    const registry = registryNamed(parsePolicy(EXAMPLE, "policy.yaml"), "AcrDemoMagic");
    assert.ok(registry !== undefined);
    assert.deepEqual([...registry.approvers], [person(2).id, person(3).id]);
  });

  it("lets a registry override a part of the defaults", () => {
    const text = EXAMPLE.replace(
      "    approvers: platform",
      "    approvers: platform\n    approval: { quorum: 2, timeout: 1h }",
    );
    const [registry] = parsePolicy(text, "policy.yaml").registries;
    assert.deepEqual([registry?.quorum, registry?.approval.timeoutMs], [quorumOf(2), HOUR_MS]);
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

  it("is refused with its line when an alias names nothing, or grows without end", () => {
    const typo = EXAMPLE.replace("requesters: members", "requesters: *platfrom");
    const line = typo.split("\n").findIndex((each) => each.includes("*platfrom")) + 1;
    assert.match(complaint(typo), new RegExp(`^policy\\.yaml:${String(line)}: .*platfrom`));
    const tens = (name: string, of: string): string =>
      `${name}: &${name} [${Array(10).fill(of).join(", ")}]`;
    const bomb = [tens("a", "x"), tens("b", "*a"), tens("c", "*b"), tens("d", "*c")].join("\n");
    assert.match(complaint(bomb), /^policy\.yaml:1: not YAML: .*alias/);
  });

  it("has a default for all that may be left out", () => {
    const [registry] = parsePolicy(EXAMPLE, "policy.yaml").registries;
    assert.deepEqual(registry, {
      ...registryPolicy(),
      address: addressesOf({ reserved: "refuse" }),
      baseline: [address("192.0.2.10")],
    });
  });

  it("knows every key that its example shows", () => {
    const [registry] = parsePolicy(EVERYTHING, "policy.yaml").registries;
    const people = (...ns: number[]) => new Set(ns.map((n) => person(n).id));
    assert.deepEqual(registry, {
      ...registryPolicy(),
      quorum: [
        { prefix: 32, approvers: 1 },
        { prefix: 30, approvers: 2 },
      ],
      automaticRanges: [address("198.51.100.16/29")],
      approval: {
        timeoutMs: 8 * HOUR_MS,
        remindAfterMs: [HOUR_MS / 4, HOUR_MS],
        escalate: { afterMs: HOUR_MS / 2, to: people(4) },
        coolDownMs: HOUR_MS / 2,
      },
      inbox: { kind: "channel", channelId: "19:…@thread.tacv2" },
      duration: durationOf(4 * HOUR_MS, 8 * HOUR_MS, { maxMs: 4 * HOUR_MS, times: 2 }),
      reason: { kind: "pattern", pattern: "^(INC|CHG)[0-9]+", hint: "an INC or CHG number" },
      address: addressesOf({ widest: 30 }),
      emergency: { kind: "on", people: people(4), maxMs: HOUR_MS, tell: people(5) },
      baseline: [address("192.0.2.10")],
      anonymousPull: "refuse",
      limits: { ...registryPolicy().limits, hoursPerPersonPerDay: 12 },
    });
  });

  it("is refused, with the line, when its parts contradict each other", () => {
    const wrong = (from: string, to: string): string => {
      assert.ok(EVERYTHING.includes(from), from);
      const text = EVERYTHING.replace(from, to);
      const said = complaint(text);
      assert.ok(!said.includes("\n"), said);
      assert.ok(said.startsWith(`policy.yaml:${String(lineOf(text, to))}: `), said);
      return said;
    };
    assert.match(wrong("to: on-call", "to: nobody"), /escalate.to: no list "nobody"/);
    assert.match(wrong("who: on-call", "who: nobody"), /emergency.who: no list/);
    assert.match(wrong("tell: security", "tell: nobody"), /emergency.tell: no list/);
    assert.match(wrong("max: 1h,", "max: 9h,"), /emergency.max: longer than duration.max, 8 h/);
    assert.match(wrong("{ max: 4h, times", "{ max: 9h, times"), /extend.max: longer/);
    assert.match(wrong("remind: [15m, 1h]", "remind: [15m, 8h]"), /remind: not before the timeout/);
    assert.match(wrong("cool-down: 30m", "cool-down: 8d"), /cool-down: longer than 7 d/);
    assert.match(wrong("after: 30m", "after: 8h"), /escalate.after: not before the timeout/);
    assert.match(wrong('"/30": 2', '"/29": 2'), /\/29 is wider than the widest .* \/30/);
    assert.match(
      wrong('quorum: { "/32": 1, "/30": 2 }', 'quorum: { "/32": 2, "/30": 1 }'),
      /\/30 takes fewer .* \/32/,
    );
    assert.match(
      wrong('quorum: { "/32": 1, "/30": 2 }', 'quorum: { "/32": 1, "30": 2 }'),
      /quorum.30: .*expected a prefix/,
    );
    assert.match(wrong("[198.51.100.16/29]", "[128.0.0.0/7]"), /wider than \/8/);
  });

  it("is refused for a range without approvers out of which nobody could be let in", () => {
    const forbidden = complaint(EVERYTHING.replace("forbid: []", "forbid: [198.51.100.17]"));
    assert.match(forbidden, /automatically.0: 198.51.100.16\/29 touches 198.51.100.17/);
    const reserved = complaint(EVERYTHING.replace("reserved: allow", "reserved: refuse"));
    assert.match(reserved, /automatically.0: 198.51.100.16\/29 is documentation/);
  });

  it("takes a pattern for reasons only if holding a reason against it takes no time", () => {
    for (const harmless of [
      "^(INC|CHG)[0-9]+",
      "[A-Z]{2,10}-\\d+",
      "^(?:JIRA )?\\w+-\\d{1,6}$",
      "[+*]+",
    ]) {
      assert.equal(patternProblem(harmless), undefined, harmless);
      const started = performance.now();
      for (const letter of ["a", "A", "0", " "]) new RegExp(harmless, "u").test(letter.repeat(300));
      assert.ok(performance.now() - started < 1_000, harmless);
    }
    for (const harmful of [
      "(a+)+$",
      "(a|aa)*b",
      "^(a?){30}",
      "a*a*a*a*b",
      "(a)\\1",
      "(",
      "[z-a]",
      "a{2",
      "a".repeat(201),
    ]) {
      assert.notEqual(patternProblem(harmful), undefined, harmful);
    }
    const bad = complaint(EVERYTHING.replace("^(INC|CHG)[0-9]+", "(a+)+"));
    assert.match(bad, /policy.yaml:\d+: defaults.reason.*: it repeats a group/s);
  });

  it("has another digest when a byte is another", () => {
    const digests = [EXAMPLE, `${EXAMPLE}# x\n`].map((text) => parsePolicy(text, "p").digest);
    assert.notEqual(digests[0], digests[1]);
  });
});

describe("the quorum", () => {
  const widening = {
    quorum: [
      { prefix: 32, approvers: 1 },
      { prefix: 30, approvers: 2 },
      { prefix: 26, approvers: 3 },
    ],
  };

  it("rises with the width: an entry is for ranges up to its own, the widest for all that are wider", () => {
    const needed = [31, 30, 29, 26, 25, 24, 8].map((width) =>
      quorumFor(widening, address(`128.0.0.0/${String(width)}`)),
    );
    assert.deepEqual(needed, [2, 2, 3, 3, 3, 3, 3]);
    assert.equal(quorumFor(widening, address("203.0.113.7")), 1);
  });

  it("is the same for every width when it is one number", () => {
    assert.equal(quorumFor({ quorum: quorumOf(2) }, address("203.0.113.7")), 2);
    assert.equal(quorumFor({ quorum: quorumOf(2) }, address("203.0.113.0/24")), 2);
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
  const addresses = addressesOf({ reserved: "refuse" });

  it("says yes to what it allows", () => {
    assert.equal(kind({}), undefined);
  });

  it("says no with the reason", () => {
    assert.equal(kind({ requesters: new Set([person(9).id]) }), "may-not-ask");
    assert.equal(kind({ approvers: new Set() }), "nobody-can-approve");
    assert.equal(kind({ approvers: new Set([person(1).id]) }), "nobody-can-approve");
    assert.equal(kind({ quorum: quorumOf(3) }), "nobody-can-approve");
    assert.equal(kind({ address: addresses }), "special-range");
    assert.equal(kind({ reason: { kind: "required" } }), "reason-missing");
    assert.equal(kind({}, { ...asked, durationMs: 9 * HOUR_MS }), "too-long");
    const wide = { ...asked, address: address("8.8.8.0/24") };
    assert.equal(kind({ address: addresses }, wide), "too-wide");
    const forbid = { ...addresses, widest: 8, forbid: [address("8.8.8.8")] };
    assert.equal(kind({ address: forbid }, wide), "forbidden-range");
  });
});

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { findingMend } from "../../src/adapters/teams/finding-mend.ts";
import { findingSentence } from "../../src/adapters/teams/registry-wording.ts";
import type { Finding } from "../../src/domain/finding.ts";
import { textOf } from "./pages.ts";

const PAGE = textOf("docs/troubleshooting.md");
const NAME = "acrdemomagic";

/** One of each kind: a new kind does not compile before it is here, and fails before the page has it. */
const FINDINGS: { readonly [Kind in Finding["kind"]]: Extract<Finding, { kind: Kind }> } = {
  "not-premium": { kind: "not-premium", sku: "Basic" },
  "public-access-disabled": { kind: "public-access-disabled" },
  "default-action-allow": { kind: "default-action-allow" },
  "anonymous-pull-on": { kind: "anonymous-pull-on" },
  "admin-user-on": { kind: "admin-user-on" },
  "slots-full": { kind: "slots-full", used: 200, limit: 200 },
  "vnet-rules-present": { kind: "vnet-rules-present", count: 1 },
  "registry-recreated": { kind: "registry-recreated" },
  "leases-unreadable": { kind: "leases-unreadable", count: 2 },
  "registry-not-found": { kind: "registry-not-found" },
  "registry-locked": { kind: "registry-locked" },
  "denied-by-policy": { kind: "denied-by-policy" },
  "not-allowed": { kind: "not-allowed", code: "AuthorizationFailed" },
  "ledger-not-written": { kind: "ledger-not-written", code: "AuthorizationFailed" },
  "ledger-not-ours": { kind: "ledger-not-ours", tags: ["drawbridge-1"] },
  "rules-recovered": { kind: "rules-recovered", count: 2 },
  "rules-removed": { kind: "rules-removed", count: 1 },
  "clocks-differ": { kind: "clocks-differ", byMs: 120_000 },
};

/** What stands under each heading of the fourth level. */
function sections(): ReadonlyMap<string, string> {
  return new Map(
    PAGE.split(/^#### /m)
      .slice(1)
      .map((text) => {
        const [title = "", ...body] = text.split(/^### /m)[0]?.split("\n") ?? [];
        return [title, body.join("\n")] as const;
      }),
  );
}

/** `event` and level of each line that the product can log for a person. */
function loggedEvents(): ReadonlyMap<string, string> {
  const levels = new Map<string, Set<string>>();
  for (const path of readdirSync(new URL("../../src/", import.meta.url), {
    recursive: true,
    encoding: "utf8",
  })) {
    if (!path.endsWith(".ts")) continue;
    const calls = textOf(`src/${path}`).matchAll(/\blog\.(warn|error)\(\s*"([^"]+)"/g);
    for (const [, level = "", event = ""] of calls) {
      levels.set(event, (levels.get(event) ?? new Set()).add(level));
    }
  }
  return new Map(
    [...levels].map(([event, of]) => [event, of.size === 2 ? "both" : ([...of][0] ?? "")]),
  );
}

describe("docs/troubleshooting.md", () => {
  it("has each finding as the product says it, with the command that mends it, and no other", () => {
    const found = sections();
    assert.deepEqual([...found.keys()].sort(), Object.keys(FINDINGS).sort());
    for (const finding of Object.values(FINDINGS)) {
      const section = found.get(finding.kind) ?? "";
      const quoted = [...section.matchAll(/^> (.*)$/gm)].map(([, line]) => line).join(" ");
      assert.equal(quoted, findingSentence(finding, NAME), finding.kind);
      const [, command] = /```sh\n(.*)\n```/.exec(section) ?? [];
      assert.equal(command, findingMend(finding, NAME), finding.kind);
      const own = section.replaceAll(/^> .*$|```sh[^`]*```/gm, "").trim();
      assert.match(own, /^\S.{30,}/s, `${finding.kind} says nothing of its own`);
    }
  });

  it("explains each line that is logged as a warning or an error, with its level, and no other", () => {
    const rows = [...PAGE.matchAll(/^\| `([a-z-]+\.[a-z-]+)` +\| (warn|error|both) +\|/gm)];
    const explained = new Map(rows.map(([, event = "", level = ""]) => [event, level]));
    assert.equal(explained.size, rows.length);
    assert.deepEqual([...explained].sort(), [...loggedEvents()].sort());
    assert.ok(explained.size > 30);
  });

  it("explains each reason of a process that is not ready", () => {
    const reasons = [
      ...textOf("src/start-operations.ts").matchAll(/ready: false, why: ["`]([^"`]+)["`]/g),
    ].map(([, why = ""]) => why.replace(/\$\{[^}]*\}/, "…"));
    assert.ok(reasons.length > 0);
    for (const why of reasons) assert.ok(PAGE.includes(`| \`${why}\` `), why);
  });
});

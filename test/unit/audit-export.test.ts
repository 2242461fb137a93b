import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CSV_HEADER, csvLine } from "../../src/adapters/audit-export/csv-line.ts";
import { jsonLine } from "../../src/adapters/audit-export/json-line.ts";
import { ocsfLine } from "../../src/adapters/audit-export/ocsf-line.ts";
import type { AuditEntry, AuditEvent } from "../../src/domain/audit.ts";
import { leaseIdOf } from "../../src/domain/ids.ts";
import { address, NOW, person, REGISTRY, requestId } from "./builders.ts";

const FORMATS = [
  { file: "trail.jsonl", text: (all: Entries) => all.map(jsonLine).join("") },
  { file: "trail.csv", text: (all: Entries) => CSV_HEADER + all.map(csvLine).join("") },
  { file: "trail.ocsf.jsonl", text: (all: Entries) => all.map(ocsfLine).join("") },
];
type Entries = readonly AuditEntry[];

describe("the exported audit trail", () => {
  for (const { file, text } of FORMATS) {
    it(`is as in test/data/audit-export/${file} (GOLDEN=write writes it)`, () => {
      const golden = new URL(`../data/audit-export/${file}`, import.meta.url);
      const exported = text(ENTRIES);
      if (process.env["GOLDEN"] === "write") writeFileSync(golden, exported);
      assert.equal(exported, readFileSync(golden, "utf8"));
    });
  }

  it("as CSV reads back as what it was", () => {
    const [header, ...lines] = parseCsv(CSV_HEADER + ENTRIES.map(csvLine).join(""));
    assert.equal(header?.[0], "number");
    assert.equal(lines.length, ENTRIES.length);
    for (const [n, cells] of lines.entries()) {
      const entry = ENTRIES[n];
      assert.ok(entry !== undefined);
      assert.equal(cells.length, header.length);
      assert.deepEqual(cells.slice(0, 3), [
        String(entry.number),
        entry.at.toISOString(),
        entry.event.kind,
      ]);
      assert.equal(cells.at(-1), JSON.stringify(entry.event));
    }
  });

  it("as CSV has no cell that a spreadsheet would compute, and loses no character", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom("=1+1", "+1", "-1", "@a", "\tx", "\rx", '"', "a\nb")),
        (text) => {
          const [first] = ENTRIES;
          assert.ok(first?.event.kind === "request.asked");
          const by = { ...first.event.by, name: text };
          const line = csvLine({ ...first, event: { ...first.event, by, reason: text } });
          const [cells = []] = parseCsv(line);
          for (const cell of cells) assert.doesNotMatch(cell, /^[=+\-@\t\r]/);
          assert.equal(cells[9]?.replace(/^'(?=[=+\-@\t\r\n])/, ""), text);
        },
      ),
    );
  });

  it("as OCSF has what its two classes require", () => {
    for (const entry of ENTRIES) {
      const event = JSON.parse(ocsfLine(entry)) as Record<string, unknown>;
      const { class_uid: classUid, activity_id: activity, category_uid: category } = event;
      assert.equal(event["type_uid"], Number(classUid) * 100 + Number(activity));
      assert.equal(Math.floor(Number(classUid) / 1000), category);
      const required =
        classUid === 6003 ? ["actor", "api", "src_endpoint", "resources"] : ["entity"];
      for (const field of [...required, "time", "severity_id", "metadata", "actor"]) {
        assert.ok(event[field] !== undefined, `${entry.event.kind} has ${field}`);
      }
      assert.ok([3004, 6003].includes(Number(classUid)));
    }
  });
});

const [REQUEST, LEASE] = [requestId(1), leaseIdOf(requestId(1))];
const ROBIN = person(1, "Robin Example");
const ALEX = person(2, '=HYPERLINK("http://example.net","Alex")');
const AT = address("203.0.113.7");

const EVENTS: readonly AuditEvent[] = [
  {
    ...{ kind: "request.asked", request: REQUEST, registry: REGISTRY, by: ROBIN, asks: "open" },
    ...{ lease: undefined, address: AT, durationMs: 14_400_000, policy: "d1" },
    reason: '-2+3 "deploy", then\nwait',
  },
  {
    ...{ kind: "request.approval", request: REQUEST, registry: REGISTRY, by: ALEX },
    ...{ atMostMs: 3_600_000, policy: "d1" },
  },
  {
    ...{ kind: "request.denial", request: REQUEST, registry: REGISTRY, by: ALEX },
    ...{ why: "@too wide", mutedUntil: NOW, policy: "d1" },
  },
  { kind: "request.address-seen", request: REQUEST, registry: REGISTRY, by: ROBIN, address: AT },
  { kind: "request.lapsed", request: REQUEST, registry: REGISTRY },
  { kind: "lease.approved", lease: LEASE, registry: REGISTRY, address: AT, endsBy: NOW },
  {
    ...{ kind: "lease.opened", lease: LEASE, registry: REGISTRY, address: AT },
    ...{ borrowed: false, endsAt: NOW },
  },
  { kind: "rules.intended", registry: REGISTRY, add: [AT], remove: [] },
  {
    ...{ kind: "rules.changed", registry: REGISTRY, correlationId: "c-1" },
    ...{ before: ["192.0.2.1"], after: ["192.0.2.1", AT] },
  },
  {
    ...{ kind: "lease.closing", lease: LEASE, registry: REGISTRY, address: AT },
    reason: { kind: "revoked", by: ALEX, why: "over" },
  },
  {
    ...{ kind: "lease.ended", lease: LEASE, registry: REGISTRY, address: AT },
    ...{ reason: { kind: "due" }, endsAt: NOW },
  },
  { kind: "registry.frozen", registry: REGISTRY, by: ALEX, why: undefined, policy: "d1" },
  { kind: "registry.failed", registry: REGISTRY, doing: "ledger", failure: "429" },
  {
    ...{ kind: "policy.loaded", role: "worker", policy: "d2", before: "d1" },
    difference: undefined,
  },
  { kind: "person.forgotten", who: "kf3", entries: 3, records: 2 },
];
const ENTRIES: Entries = EVENTS.map((event, n) => ({
  number: n + 1,
  at: new Date(NOW.getTime() + n),
  event,
}));

/** RFC 4180, as a reader of its own. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const lines: string[][] = [];
  let [cells, cell, quoted]: [string[], string, boolean] = [[], "", false];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"' && cell === "") quoted = true;
    else if (character === "," || (character === "\r" && text[at + 1] === "\n")) {
      cells.push(cell);
      cell = "";
      if (character === ",") continue;
      lines.push(cells);
      cells = [];
      at += 1;
    } else {
      assert.ok(!/["\r\n]/.test(character), "such a cell is in quotes");
      cell += character;
    }
  }
  assert.deepEqual([cells, cell], [[], ""], "the last line has an end");
  return lines;
}

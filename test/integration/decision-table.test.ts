import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { cancelRequest } from "../../src/application/requests/cancel.ts";
import { decideRequest } from "../../src/application/requests/decide.ts";
import type { Put, Store } from "../../src/application/store.ts";
import { leaseIdOf, parseRequestId, type Person, type RequestId } from "../../src/domain/ids.ts";
import { closing, ended, opened } from "../../src/domain/lease.ts";
import { standingDeciders } from "../../src/domain/deciders.ts";
import type { RegistryPolicy } from "../../src/domain/policy.ts";
import { cancel, lapse, type Pending, type Request } from "../../src/domain/request.ts";
import { describeUnless } from "../needs-redis.ts";
import { STORES_ON_SET_CLOCK } from "../stores-on-set-clock.ts";
import {
  approvalOf,
  HOUR_MS,
  NOW,
  opening,
  pending,
  pendingExtension,
  person,
  policyOf,
  quorumOf,
  REGISTRY,
  registryPolicy,
} from "../unit/builders.ts";

const soon = AbortSignal.timeout(300_000);

/** The approvers are Alex, Sam and Kim, and it takes two. Leaver was one, and has approved where it says so. */
const PEOPLE = {
  requester: person(1),
  alex: person(2),
  sam: person(3),
  leaver: person(5),
  stranger: person(9),
} as const;
const POLICY = registryPolicy({
  approvers: new Set([2, 3, 4].map((n) => person(n).id)),
  quorum: quorumOf(2),
});

const VERBS = ["approve", "less", "deny", "mute", "cancel"] as const;
type Verb = (typeof VERBS)[number];
type Who = keyof typeof PEOPLE;

/** A cell has a word for each of VERBS: what became of the request, or why nothing did. */
const NO = "not-an-approver not-an-approver not-an-approver not-an-approver -";
const SELF = "self-approval self-approval self-approval self-approval";
const LATE = "already-decided already-decided already-decided already-decided -";
const GONE =
  "registry-left-policy registry-left-policy registry-left-policy registry-left-policy -";
const OLD = "out-of-date out-of-date out-of-date out-of-date -";
const over = { requester: `${SELF} -`, alex: LATE, sam: LATE, leaver: NO, stranger: NO };

// prettier-ignore
const TABLE = {
  "pending": {
    requester: `${SELF} cancelled`,
    alex: "counted counted denied denied -",
    sam:  "counted counted denied denied -",
    leaver: NO, stranger: NO,
  },
  "counted from Alex and Leaver": {
    requester: `${SELF} cancelled`,
    alex: "approved-before approved-before denied denied -",
    sam:  "approved approved denied denied -",
    leaver: NO, stranger: NO,
  },
  "approved": over,
  "denied": over,
  "lapsed": over,
  "cancelled": over,
  "pending for too long": { ...over, requester: `${SELF} cancelled` },
  "shown as it was before": {
    requester: `${SELF} cancelled`, alex: OLD, sam: OLD, leaver: NO, stranger: NO,
  },
  "on a frozen registry": {
    requester: `${SELF} cancelled`,
    alex: "frozen frozen denied denied -",
    sam:  "frozen frozen denied denied -",
    leaver: NO, stranger: NO,
  },
  "on a registry that left the policy": {
    requester: `${SELF} cancelled`, alex: GONE, sam: GONE, leaver: GONE, stranger: GONE,
  },
  "about a lease that is over": {
    requester: `${SELF} cancelled`,
    alex: "lease-over lease-over denied denied -",
    sam:  "lease-over lease-over denied denied -",
    leaver: NO, stranger: NO,
  },
} as const satisfies Record<string, Record<Who, string>>;
type State = keyof typeof TABLE;

describe("every button, by whom and when", () => {
  for (const { name, missing, open } of STORES_ON_SET_CLOCK) {
    describeUnless(missing, `on ${name}`, () => {
      for (const [state, row] of Object.entries(TABLE)) {
        it(`on a request that is ${state}`, async () => {
          const at = await open();
          at.setClock(NOW);
          try {
            const said: Record<string, string> = {};
            let n = 0;
            for (const who of Object.keys(row)) {
              // The keys are those of the table.
              const clicker = PEOPLE[who as Who];
              const words: string[] = [];
              for (const verb of VERBS) {
                // Likewise.
                const given = await prepare(at.store, (n += 1), state as State);
                words.push(await click(at.store, given, clicker, verb));
              }
              said[who] = words.join(" ");
            }
            assert.deepEqual(said, row);
          } finally {
            await at.remove();
          }
        });
      }
    });
  }
});

type Given = {
  readonly request: Request;
  readonly shownVersion: number;
  readonly policy: readonly RegistryPolicy[];
};

/** Writes request number `n` in the state of the table, with the lease that it is about. */
async function prepare(store: Store, n: number, state: State): Promise<Given> {
  const id = idOf(2 * n);
  const lease = leaseIdOf(idOf(2 * n + 1));
  const seen = opened(opening({ id: lease }), NOW, false);
  const isAboutLease = state === "about a lease that is over";
  const asked = isAboutLease ? pendingExtension({ id, lease }) : pending({ id });
  const before = stored(state, asked);
  const put: Put[] = [{ kind: "request", value: { ...before, version: 1 } }];
  if (isAboutLease) {
    const gone = ended(closing(seen, { kind: "given-back", by: person(1) }, NOW), NOW, "none");
    put.push({ kind: "lease", value: { ...gone, version: 1 } });
  }
  if (state === "on a frozen registry") {
    const version = ((await store.freeze(REGISTRY, soon)).value?.version ?? 0) + 1;
    const freeze = { by: person(3), at: NOW, why: undefined };
    put.push({ kind: "freeze", value: { id: REGISTRY, version, freeze } });
  }
  const notAfter = new Date(NOW.getTime() + HOUR_MS);
  const outcome = await store.commit({ opId: randomUUID(), notAfter, put }, soon);
  assert.equal(outcome.kind, "committed");
  return {
    request: { ...before, version: 1 },
    shownVersion: state === "shown as it was before" ? 0 : 1,
    policy: state === "on a registry that left the policy" ? [] : [POLICY],
  };
}

function stored(state: State, asked: Pending): Request {
  const approvals = [approvalOf(2), approvalOf(5)];
  switch (state) {
    case "counted from Alex and Leaver":
      return { ...asked, approvals };
    case "approved":
      return { ...asked, approvals, status: "approved", decidedAt: NOW, grantedUntil: NOW };
    case "denied": {
      const no = { decidedAt: NOW, decidedBy: person(3), why: undefined, mutedUntil: undefined };
      return { ...asked, ...no, status: "denied" };
    }
    case "lapsed":
      return lapse(asked);
    case "cancelled":
      return cancel(asked, NOW);
    case "pending for too long":
      return { ...asked, lapsesAt: NOW };
    default:
      return asked;
  }
}

/** What the click came to, once it is certain that nothing else came of it. */
async function click(store: Store, given: Given, by: Person, verb: Verb): Promise<string> {
  const { request, shownVersion } = given;
  const deps = {
    store,
    policy: () => policyOf(...given.policy),
    ids: { requestId: () => request.id, opId: () => randomUUID(), random: () => 0.5 },
  };
  let word: string;
  if (verb === "cancel") {
    const wish = { by, target: request.id, messageId: randomUUID() };
    const { kind } = await cancelRequest(deps, wish, soon);
    word = kind === "nothing-pending" ? "-" : kind;
  } else {
    const about = { request: request.id, by, shownVersion };
    const outcome = await decideRequest(deps, { ...about, ...verdictOf(verb) }, soon);
    word =
      outcome.kind === "refused"
        ? outcome.refusal.kind
        : outcome.kind === "decided" && outcome.request.status === "pending"
          ? "counted"
          : outcome.kind === "decided"
            ? outcome.request.status
            : outcome.kind;
  }
  await checkWhatIsStored(store, given, verb, word);
  return word;
}

function verdictOf(verb: Exclude<Verb, "cancel">) {
  switch (verb) {
    case "approve":
      return { verdict: "approve" } as const;
    case "less":
      return { verdict: "approve", atMostMs: HOUR_MS } as const;
    case "deny":
      return { verdict: "deny", why: "too long" } as const;
    case "mute":
      return { verdict: "deny-and-mute", why: "enough" } as const;
  }
}

async function checkWhatIsStored(
  store: Store,
  { request, policy }: Given,
  verb: Verb,
  word: string,
): Promise<void> {
  const { value: now } = await store.request(request.id, soon);
  const { value: lease } = await store.lease(leaseIdOf(request.id), soon);
  assert.ok(now !== undefined);
  assert.equal(now.durationMs, request.durationMs, "what was asked never changes");
  const changed = ["counted", "approved", "denied", "cancelled"].includes(word);
  if (!changed) {
    assert.deepEqual(now, request);
    assert.equal(lease, undefined);
    return;
  }
  assert.equal(now.status, word === "counted" ? "pending" : word);
  assert.equal(lease !== undefined, word === "approved");
  if (lease !== undefined) {
    const [registry = POLICY] = policy;
    const { approvals, requester, askedAt } = lease;
    assert.equal(standingDeciders(registry, approvals, requester, askedAt), 2);
    assert.ok(lease.approvals.every(({ approver }) => approver.id !== PEOPLE.leaver.id));
    assert.equal(lease.durationMs, verb === "less" ? HOUR_MS : request.durationMs);
  }
  if (now.status === "denied") {
    assert.equal(now.why, verb === "mute" ? "enough" : "too long");
    assert.equal(now.mutedUntil !== undefined, verb === "mute");
  }
}

function idOf(n: number): RequestId {
  const id = parseRequestId(String(n).padStart(12, "0"));
  assert.ok(id !== undefined);
  return id;
}

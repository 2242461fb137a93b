import type { PersonId } from "../../domain/ids.ts";
import {
  eventOf,
  isAddressField,
  personalValues,
  type AuditText,
  type JsonObject,
  type PersonalValue,
} from "../../domain/personal-values.ts";

/** What the audit trail knows somebody by. */
export type Traces = {
  readonly person: PersonId;
  /** Their requests, and so the leases that came of them; those that are to stay are left out. */
  readonly requests: ReadonlySet<string>;
  /** Requests of theirs that are to stay, with what changes them. */
  readonly staying: ReadonlySet<string>;
  /** Addresses that were in their requests, and in nobody else's. */
  readonly addresses: ReadonlySet<string>;
  /** Registries that they ever froze. */
  readonly frozen: ReadonlySet<string>;
  /** The last entry that was looked at. */
  readonly upTo: number;
};

/**
 * Gathers what somebody left in the trail, from entries as they come. `traces` then takes the ids of requests and
 * leases of theirs that are to stay, as of a time after the last entry.
 */
export function gatherTraces(person: PersonId): {
  readonly look: (entry: AuditText) => void;
  readonly traces: (staying: ReadonlySet<string>) => Traces;
} {
  const asked = new Map<string, string | undefined>();
  const frozen = new Set<string>();
  const askersOf = new Map<string, Set<string>>();
  let upTo = 0;
  return {
    look({ number, text }) {
      upTo = number;
      const event = eventOf(text);
      if (event === undefined) return;
      const { request, lease } = idsIn(event);
      const kind = textOf(event["kind"]) ?? "";
      const isBy = idOf(event["by"]) === person;
      if (isBy && kind === "registry.frozen") frozen.add(textOf(event["registry"]) ?? "");
      if (request === undefined) return;
      if (isBy && ASKED.has(kind)) asked.set(request, lease);
      for (const { key, value } of personalValues(event)) {
        if (!isAddressField(key)) continue;
        const askers = askersOf.get(value) ?? new Set();
        askersOf.set(value, askers.add(request));
      }
    },
    traces(ids) {
      // What would change a lease that stays is about that.
      const stays = ([request, lease]: readonly [string, string | undefined]): boolean =>
        ids.has(request) || (lease !== undefined && ids.has(lease));
      const theirs = [...asked].filter((one) => !stays(one)).map(([request]) => request);
      const staying = new Set([...asked].filter(stays).map(([request]) => request));
      const requests = new Set(theirs);
      const own = [...askersOf].filter(([, askers]) => [...askers].every((id) => requests.has(id)));
      const addresses = new Set(own.map(([address]) => address));
      return { person, requests, staying, addresses, frozen, upTo };
    },
  };
}

/** Whether a value of the entry is about them: who they are, from where, and what they wrote or was written of them. */
export function isAbout(
  { person, requests, staying, addresses }: Traces,
  text: string,
): (value: PersonalValue) => boolean {
  const event = eventOf(text) ?? {};
  const { request, lease } = idsIn(event);
  if (staying.has(request ?? "") || staying.has(lease ?? "")) return () => false;
  const isTheirs = requests.has(request ?? "") || requests.has(lease ?? "");
  return ({ key, value, beside }) => {
    if (value === person) return true;
    if (isAddressField(key)) return isTheirs || addresses.has(value);
    if (key === "name") return beside["id"] === person;
    if (key === "why" || key === "reason") return isTheirs || idOf(beside["by"]) === person;
    return false;
  };
}

/** A new request is told of first by one of these. */
const ASKED = new Set(["request.asked", "request.proving", "lease.adopting"]);

function idsIn(event: JsonObject): {
  readonly request: string | undefined;
  readonly lease: string | undefined;
} {
  const { request, lease } = event;
  const [requestId, leaseId] = [textOf(request), textOf(lease)];
  // An adopted rule has no request: its lease is the one that its approver asked for.
  return { request: requestId ?? leaseId, lease: leaseId };
}

function idOf(person: unknown): string | undefined {
  if (typeof person !== "object" || person === null || !("id" in person)) return undefined;
  return textOf(person.id);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

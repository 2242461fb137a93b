import type { Address } from "./address.ts";
import type { RegistryId } from "./ids.ts";

/** HMAC-SHA-256 under a key that the store does not know, as base64url. */
export type Seal = (text: string) => string;

/** The present key's first; those of former keys are believed and never written. */
export type Seals = readonly [Seal, ...Seal[]];

/** What a ledger is bound to: another creation date is another registry, and nothing of it is ours. */
export type LedgerScope = {
  readonly registry: RegistryId;
  readonly creationDate: Date;
  readonly seals: Seals;
};

/** The ledger as the registry's tags have it. Only tags whose seal is right count. */
export type Ledger = {
  /** Of the last write; 0 when there was none. */
  readonly fence: number;
  /** When each rule ends, by the rule's digest: no address is in the clear. */
  readonly ends: ReadonlyMap<string, Date>;
  /** Names of tags that look like ours and are not: changed by others, or sealed with another key. */
  readonly unverified: readonly string[];
  /** Something of it is sealed with a former key. */
  readonly outdated: boolean;
};

/** An owned rule, and until when it may stay. */
export type LedgerEntry = { readonly address: Address; readonly end: Date };

/** Names and values of tags, as ARM keeps them. */
export type Tags = Readonly<Record<string, string>>;

/** Every tag of ours begins with this. */
const LEDGER_TAG_PREFIX = "drawbridge-";

// One tag: a form number, the fence, the tag's seal, then entries of an end in seconds since 2020 and a digest. A value
// holds 256 characters, a resource 50 tags (learn.microsoft.com, "Use tags to organize your Azure resources").
const TAG = /^1([0-9a-z]{9})([\w-]{8})((?:[0-9a-z]{6}[\w-]{10})*)$/;
const FENCE_LENGTH = 9;
const SEAL_LENGTH = 8;
const END_LENGTH = 6;
const DIGEST_LENGTH = 10;
const ENTRY_LENGTH = END_LENGTH + DIGEST_LENGTH;
const ENTRIES_PER_TAG = 14;
const MOST_TAGS = 15;
const EPOCH_MS = Date.UTC(2020, 0);

/** Reads what the tags say. A tag that does not verify is named and otherwise ignored. */
export function readLedger(tags: Tags, scope: LedgerScope): Ledger {
  const ends = new Map<string, Date>();
  const unverified: string[] = [];
  let newest = 0;
  let outdated = false;
  for (const [anyCase, value] of Object.entries(tags)) {
    const name = anyCase.toLowerCase();
    if (!name.startsWith(LEDGER_TAG_PREFIX)) continue;
    const [, fence = "", seal, entries = ""] = TAG.exec(value) ?? [];
    const which = scope.seals.findIndex(
      (each) => seal === sealOf(name, fence, entries, scope, each),
    );
    if (which < 0) {
      unverified.push(name);
      continue;
    }
    outdated ||= which > 0;
    newest = Math.max(newest, parseInt(fence, 36));
    for (let at = 0; at < entries.length; at += ENTRY_LENGTH) {
      const seconds = parseInt(entries.slice(at, at + END_LENGTH), 36);
      const end = new Date(EPOCH_MS + seconds * 1_000);
      const digest = entries.slice(at + END_LENGTH, at + ENTRY_LENGTH);
      const known = ends.get(digest);
      if (known === undefined || known < end) ends.set(digest, end);
    }
  }
  return { fence: newest, ends, unverified, outdated };
}

/** Until when the ledger says that a rule for this address is ours; `undefined` when it does not say so. */
export function ledgerEndOf(
  ledger: Ledger,
  address: Address,
  scope: LedgerScope,
): Date | undefined {
  const digests = scope.seals.map((seal) => digestOf(address, scope, seal));
  return digests.map((digest) => ledger.ends.get(digest)).find((end) => end !== undefined);
}

/**
 * The tags to write, to be merged with those of others. Ends are rounded up to whole seconds; tags that are not
 * needed any more are emptied and keep the fence. `undefined` when there are more entries than the tags can hold.
 */
export function ledgerTags(
  entries: readonly LedgerEntry[],
  fence: number,
  present: Tags,
  scope: LedgerScope,
): Tags | undefined {
  const [seal] = scope.seals;
  const ends = new Map(entries.map(({ address, end }) => [digestOf(address, scope, seal), end]));
  return tagsOf({ fence, ends }, present, scope);
}

/** What is not over yet, as `ledgerTags` would write it, under the fence that is there. */
export function ledgerTagsAfter(
  time: Date,
  ledger: Ledger,
  present: Tags,
  scope: LedgerScope,
): Tags {
  const ends = new Map([...ledger.ends].filter(([, end]) => end > time));
  // Fewer entries than there were always fit.
  return tagsOf({ fence: ledger.fence, ends }, present, scope) ?? {};
}

function tagsOf(
  { fence, ends }: Pick<Ledger, "fence" | "ends">,
  present: Tags,
  scope: LedgerScope,
): Tags | undefined {
  if (ends.size > MOST_TAGS * ENTRIES_PER_TAG) return undefined;
  const texts = [...ends]
    .map(([digest, end]) => base36(wholeSeconds(end), END_LENGTH) + digest)
    .sort();
  const tags = new Map<string, string>();
  const [seal] = scope.seals;
  for (let number = 1; number <= MOST_TAGS; number += 1) {
    const name = `${LEDGER_TAG_PREFIX}${String(number)}`;
    const body = texts.slice((number - 1) * ENTRIES_PER_TAG, number * ENTRIES_PER_TAG).join("");
    const isThere = Object.keys(present).some((other) => other.toLowerCase() === name);
    if (body === "" && number > 1 && !isThere) continue;
    const written = base36(fence, FENCE_LENGTH);
    tags.set(name, `1${written}${sealOf(name, written, body, scope, seal)}${body}`);
  }
  return Object.fromEntries(tags);
}

function wholeSeconds(end: Date): number {
  return Math.ceil((end.getTime() - EPOCH_MS) / 1_000);
}

function base36(value: number, length: number): string {
  return value.toString(36).padStart(length, "0");
}

/** Entries can't be moved to another tag, registry or time, nor their ends changed. */
function sealOf(
  name: string,
  fence: string,
  entries: string,
  scope: LedgerScope,
  seal: Seal,
): string {
  return seal(bound(scope, "tag", name, fence, entries)).slice(0, SEAL_LENGTH);
}

function digestOf(address: Address, scope: LedgerScope, seal: Seal): string {
  return seal(bound(scope, "rule", address)).slice(0, DIGEST_LENGTH);
}

/** A seal over something else that is bound to the same registry: nothing of it can be changed without the key. */
export function sealed(text: string, scope: LedgerScope): string {
  return scope.seals[0](bound(scope, "other", text));
}

/** Whether the seal is right, under the present key or a former one. */
export function isSealed(text: string, seal: string | undefined, scope: LedgerScope): boolean {
  return scope.seals.some((each) => seal === each(bound(scope, "other", text)));
}

function bound({ registry, creationDate }: LedgerScope, ...parts: readonly string[]): string {
  return [registry, creationDate.toISOString(), ...parts].join("\n");
}

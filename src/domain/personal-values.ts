/** One-way functions, given from outside: the domain imports nothing. Texts are base64url. */
export type Digests = {
  /** SHA-256. */
  readonly hash: (text: string) => string;
  /** HMAC-SHA-256. */
  readonly keyed: (key: string, text: string) => string;
  /** 128 random bits. */
  readonly newSalt: () => string;
};

/** An audit entry as it is stored: also one that this version can't read. */
export type AuditText = { readonly number: number; readonly at: Date; readonly text: string };

/** A personal value in an entry: which, and where. */
export type PersonalValue = {
  readonly path: string;
  /** The name of its field; that of the list for a value in a list. */
  readonly key: string;
  readonly value: string;
  /** The object that it stands in, or that its list stands in. */
  readonly beside: JsonObject;
};

/** What JSON calls an object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What stands where a value was that is forgotten. No person has this id, and no rule this address. */
const FORGOTTEN = {
  id: "00000000-0000-0000-0000-000000000000",
  address: "0.0.0.0",
  text: "(forgotten)",
} as const;

// By name, so that an entry of a newer version is treated alike: people's ids and names, addresses, and free text.
// Some of these fields hold other things in some events; a digest in their place does no harm.
const KINDS: ReadonlyMap<string, keyof typeof FORGOTTEN> = new Map([
  ["id", "id"],
  ["added", "id"],
  ["removed", "id"],
  ["address", "address"],
  ["with", "address"],
  ["add", "address"],
  ["remove", "address"],
  ["before", "address"],
  ["after", "address"],
  ["name", "text"],
  ["reason", "text"],
  ["why", "text"],
]);

/** Whether the field holds addresses. */
export function isAddressField(key: string): boolean {
  return KINDS.get(key) === "address";
}

/** The event of an entry, with what forgetting has left beside it; `undefined` when it is no JSON object. */
export function eventOf(text: string): JsonObject | undefined {
  return asObject(jsonOf(text));
}

/**
 * Stands for an entry in the chain: a digest of its number, its time and its event, in which each personal value is
 * replaced by a digest of it under a salt. A value that was forgotten has left its digest, so nothing changes.
 */
export function leafOf({ number, at, text }: AuditText, salt: string, digests: Digests): string {
  const stored = eventOf(text);
  const { event, forgotten, salts } = partsOf(stored);
  const seen =
    stored === undefined
      ? text
      : mapPersonal(event, ({ path, key, value }) => {
          const left = forgotten[path];
          // Otherwise anything could stand there beside the right digest.
          if (typeof left === "string" && value === placeholderOf(key)) return left;
          return digests.keyed(saltAt(path, salts, salt, digests), value);
        });
  return digests.hash(JSON.stringify([number, at.getTime(), seen]));
}

/**
 * The text without the values that are to be forgotten: what stays has its salts beside it, what goes its digest only.
 * `undefined` when there is nothing to forget.
 */
export function forgetIn(
  text: string,
  isForgotten: (value: PersonalValue) => boolean,
  salt: string,
  digests: Digests,
): string | undefined {
  const stored = eventOf(text);
  const { event, forgotten, salts } = partsOf(stored);
  const left: Record<string, unknown> = { ...forgotten };
  const kept: Record<string, string> = {};
  const next = mapPersonal(event, (personal) => {
    const { path, key, value } = personal;
    if (path in forgotten) return value;
    const own = saltAt(path, salts, salt, digests);
    if (!isForgotten(personal)) {
      kept[path] = own;
      return value;
    }
    left[path] = digests.keyed(own, value);
    return placeholderOf(key);
  });
  // What was an object is one still.
  const parts = next as JsonObject;
  const count = Object.keys(left).length - Object.keys(forgotten).length;
  return count === 0 ? undefined : JSON.stringify({ ...parts, forgotten: left, salts: kept });
}

/** Whether something was forgotten in the entry. */
export function hasForgotten(text: string): boolean {
  return Object.keys(partsOf(eventOf(text)).forgotten).length > 0;
}

/** Every personal value of an event. */
export function personalValues(event: JsonObject): readonly PersonalValue[] {
  const values: PersonalValue[] = [];
  mapPersonal(event, (personal) => {
    values.push(personal);
    return personal.value;
  });
  return values;
}

function placeholderOf(key: string): string {
  return FORGOTTEN[KINDS.get(key) ?? "text"];
}

// Each value has a salt of its own, so that the others' stay when it is forgotten.
function saltAt(path: string, salts: JsonObject, salt: string, digests: Digests): string {
  const own = salts[path];
  return typeof own === "string" ? own : digests.keyed(salt, path);
}

function partsOf(stored: JsonObject | undefined): {
  readonly event: JsonObject;
  readonly forgotten: JsonObject;
  readonly salts: JsonObject;
} {
  const { forgotten, salts, ...event } = stored ?? {};
  return { event, forgotten: asObject(forgotten) ?? {}, salts: asObject(salts) ?? {} };
}

function mapPersonal(event: JsonObject, change: (personal: PersonalValue) => string): unknown {
  const visit = (value: unknown, key: string, path: string, beside: JsonObject): unknown => {
    if (typeof value === "string") {
      return KINDS.has(key) ? change({ path, key, value, beside }) : value;
    }
    if (Array.isArray(value)) {
      return value.map((each, n) => visit(each, key, `${path}/${String(n)}`, beside));
    }
    const object = asObject(value);
    if (object === undefined) return value;
    const entries = Object.entries(object);
    return Object.fromEntries(entries.map(([k, v]) => [k, visit(v, k, `${path}/${k}`, object)]));
  };
  return visit(event, "", "", event);
}

function asObject(value: unknown): JsonObject | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  // That is what is left.
  return value as JsonObject;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Members = Readonly<Record<string, unknown>>;

/** Merges as RFC 7396 does, but for null, which the resource provider takes for absent: objects by their members. */
export function mergePatch(old: Members, newer: Members): Members {
  const result: Record<string, unknown> = { ...old };
  for (const [name, value] of Object.entries(newer)) {
    if (value === null || value === undefined) continue;
    const before = result[name];
    result[name] = isObject(before) && isObject(value) ? mergePatch(before, value) : value;
  }
  return result;
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

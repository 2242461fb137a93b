/** Tells whether a parsed JSON value is an object, neither null nor an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The elements of a JSON array; none when it is anything else. */
export function elementsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A JSON string; empty when it is anything else. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

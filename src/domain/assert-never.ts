/**
 * Ends a switch over a union: a new member breaks the build here instead of falling through in production.
 * Throws when a value that the types rule out arrives all the same.
 */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}

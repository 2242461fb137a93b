import { z } from "zod";
import { isAddress, parseAddress, type Address } from "../../domain/address.ts";
import {
  leaseIdOf,
  parseChannelId,
  parsePersonId,
  parseRegistryId,
  parseRequestId,
  parseTenantId,
  type LeaseId,
  type Recipient,
} from "../../domain/ids.ts";

/** A `Date`, written as whole milliseconds since 1970. */
export const date = z.codec(z.int(), z.date(), {
  decode: (ms) => new Date(ms),
  encode: (at) => at.getTime(),
});

/** A length of time in whole milliseconds, or a count. */
export const amount = z.int().nonnegative();

/** The version inside a record: 1 for the first. */
export const version = z.int().positive();

// Ids are made by their own parsers. A text that a parser would have to change was not written by us.
/** A request's id. */
export const requestId = parsed("a request id", parseRequestId);
/** A lease's id. */
export const leaseId = parsed("a lease id", parseLeaseId);
/** A registry's id. */
export const registryId = parsed("the id of a registry", parseRegistryId);
/** A person's id. */
export const personId = parsed("the id of a person", parsePersonId);
/** The id of a person or of a channel. */
export const recipient = parsed("the id of a recipient", parseRecipient);
/** A tenant's id. */
export const tenantId = parsed("the id of a tenant", parseTenantId);
/** An address or range in its one form. */
export const address = parsed("an address", addressOf);

/** Somebody, with the name that people read. */
export const person = z.strictObject({ id: personId, name: z.string() });
/** Somebody like that, or an operator by the name that they claim. */
export const actor = z.union([
  person,
  z.strictObject({ id: z.literal("operator"), name: z.string() }),
]);
/** One approver's yes. */
export const approval = z.strictObject({ approver: person, at: date, atMostMs: maybe(amount) });

/** A field that is left out of the text when it is `undefined`, and is there as `undefined` when read. */
export function maybe<T extends z.ZodType>(field: T) {
  return field.optional().prefault(undefined);
}

/** A list in its order. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.array(item).readonly();
}

function parsed<T extends string>(what: string, parse: (text: string) => T | undefined) {
  const isCanonical = (value: unknown): boolean =>
    typeof value === "string" && parse(value) === value;
  return z.codec(z.string(), z.custom<T>(isCanonical, { error: `not ${what}` }), {
    decode: (text, context) => {
      const value = parse(text);
      if (value !== undefined && value === text) return value;
      context.issues.push({ code: "custom", input: text, message: `not ${what}` });
      return z.NEVER;
    },
    encode: (value) => value,
  });
}

function parseLeaseId(text: string): LeaseId | undefined {
  const request = parseRequestId(text);
  return request === undefined ? undefined : leaseIdOf(request);
}

function parseRecipient(text: string): Recipient | undefined {
  return parsePersonId(text) ?? parseChannelId(text);
}

function addressOf(text: string): Address | undefined {
  const address = parseAddress(text);
  return isAddress(address) ? address : undefined;
}

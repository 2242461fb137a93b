import { z } from "zod";
import { isAddress, isRange, parseAddress, type Address } from "../../domain/address.ts";
import {
  leaseIdOf,
  parseRegistryId,
  parseRequestId,
  type LeaseId,
  type RegistryId,
  type RequestId,
} from "../../domain/ids.ts";

/** A button that was clicked. Ids and versions are what the card showed; who clicked is never in here. */
export type CardAction =
  | With<"approve", OnRequest & { readonly atMostMs: number | undefined }>
  | With<"deny" | "deny-and-mute", OnRequest & { readonly why: string | undefined }>
  | With<"cancel" | "refresh", OnRequest & OnCard>
  | With<"ask-again" | "try-again", OnRequest>
  | With<"type-instead" | "send-for-approval" | "open-now" | "not-me", OnRequest>
  | With<"reviewed", OnRequest>
  | With<"extend", OnLease & OnCard & { readonly durationMs: number }>
  | With<"give-back", OnLease & OnCard>
  | With<"let-it-end" | "check-again", OnLease>
  /** `request`: whose approval card it was clicked on. */
  | With<"revoke", OnLease & OnRequest & { readonly why: string | undefined }>
  | With<"revoke-all", OnRegistry & { readonly why: string | undefined }>
  | With<"ask", OnForm & { readonly inputs: FormInputs }>
  | With<"show-form" | "show-status" | "show-help", unknown>;

/** The action of one verb, or of one of several. */
export type ActionOf<Verb extends CardAction["verb"]> = Extract<CardAction, { verb: Verb }>;

type With<Verb, Data> = Verb extends string ? Data & { readonly verb: Verb } : never;
type OnCard = { readonly card: CardName | undefined };
/** `version`: how many leases the card named. */
type OnRegistry = { readonly registry: RegistryId; readonly version: number };
/** `error`: the address that a pasted error named. It lets nobody in: approvers read whether another one was asked for. */
type OnForm = { readonly form: RequestId; readonly error: Address | undefined };
type OnRequest = { readonly request: RequestId; readonly version: number };
type OnLease = { readonly lease: LeaseId; readonly version: number };

/** Which card it was clicked on, where several have the button: that one is answered. It decides nothing. */
export type CardName = z.output<typeof cardName>;

/** What stood in the request form when it was sent, trimmed and otherwise as it was typed; "" for what was left empty. */
export type FormInputs = {
  readonly registry: string;
  readonly address: string;
  readonly duration: string;
  readonly reason: string;
  readonly ticket: string;
};

/** The longest text that an input takes, on the card and when it is read. */
export const INPUT_AT_MOST = { registry: 100, address: 100, duration: 60, words: 400 } as const;

const MINUTE_MS = 60_000;
const MINUTES_AT_MOST = 7 * 24 * 60;

const cardName = z.enum(["status", "ending", "request"]);
const requestId = branded(parseRequestId);
const leaseId = branded((text) => {
  const id = parseRequestId(text);
  return id && leaseIdOf(id);
});
const registryId = branded(parseRegistryId);
const address = branded((text) => {
  const read = parseAddress(text);
  return isAddress(read) && !isRange(read) ? read : undefined;
});
const version = z.int().min(1);
const minutes = z.int().min(1).max(MINUTES_AT_MOST);
const words = text(INPUT_AT_MOST.words).transform((said) => (said === "" ? undefined : said));
/** A ChoiceSet answers in text: minutes, or nothing when none was chosen. */
const less = z
  .string()
  .regex(/^\d{0,6}$/)
  .default("")
  .transform((chosen) => (chosen === "" ? undefined : Number(chosen)))
  .pipe(minutes.optional());

const card = cardName.optional();
const onRequest = { request: requestId, version };
const onLease = { lease: leaseId, version };

const action = z.discriminatedUnion("verb", [
  of(["approve"], { ...onRequest, less }),
  of(["deny", "deny-and-mute"], { ...onRequest, why: words }),
  of(["cancel", "refresh"], { ...onRequest, card }),
  of(["ask-again", "try-again"], onRequest),
  of(["type-instead", "send-for-approval", "open-now", "not-me", "reviewed"], onRequest),
  of(["extend"], { ...onLease, minutes, card }),
  of(["give-back"], { ...onLease, card }),
  of(["let-it-end", "check-again"], onLease),
  of(["revoke"], { ...onLease, ...onRequest, why: words }),
  of(["revoke-all"], { registry: registryId, version, why: words }),
  of(["ask"], {
    form: requestId,
    error: address.optional(),
    registry: text(INPUT_AT_MOST.registry),
    address: text(INPUT_AT_MOST.address),
    duration: text(INPUT_AT_MOST.duration),
    reason: text(INPUT_AT_MOST.words),
    ticket: text(INPUT_AT_MOST.words),
  }),
  of(["show-form", "show-status", "show-help"], {}),
]);
const invoke = z.object({ action });

/** Reads the value of an `adaptiveCard/action` invoke; `undefined` when no card of ours could have sent it. */
export function readCardAction(value: unknown): CardAction | undefined {
  const parsed = invoke.safeParse(value);
  if (!parsed.success) return undefined;
  const read = parsed.data.action;
  switch (read.verb) {
    case "approve": {
      const { less: atMost, ...about } = read.data;
      const atMostMs = atMost === undefined ? undefined : atMost * MINUTE_MS;
      return { verb: read.verb, ...about, atMostMs };
    }
    case "extend": {
      const { minutes: more, ...about } = read.data;
      return { verb: read.verb, ...about, card: about.card, durationMs: more * MINUTE_MS };
    }
    case "ask": {
      const { form, error, ...inputs } = read.data;
      return { verb: read.verb, form, error, inputs };
    }
    // TypeScript doesn't carry a correlation through a spread, so each shape of data has its line.
    case "deny":
    case "deny-and-mute":
      return { verb: read.verb, ...read.data };
    case "revoke":
      return { verb: read.verb, ...read.data };
    case "revoke-all":
      return { verb: read.verb, ...read.data };
    case "give-back":
      return { verb: read.verb, ...read.data, card: read.data.card };
    case "cancel":
    case "refresh":
      return { verb: read.verb, ...read.data, card: read.data.card };
    case "let-it-end":
    case "check-again":
      return { verb: read.verb, ...read.data };
    case "show-form":
    case "show-status":
    case "show-help":
      return { verb: read.verb };
    default:
      return { verb: read.verb, ...read.data };
  }
}

/** One shape of data and the verbs that come with it. */
function of<const Verbs extends readonly [string, ...string[]], Shape extends z.ZodRawShape>(
  verbs: Verbs,
  shape: Shape,
) {
  return z.object({ verb: z.enum(verbs), data: z.object(shape) });
}

function text(atMost: number) {
  return z.string().trim().max(atMost).default("");
}

function branded<T>(parse: (text: string) => T | undefined) {
  return z.string().transform((given, context) => {
    const id = parse(given);
    if (id !== undefined) return id;
    context.addIssue("not an id");
    return z.NEVER;
  });
}

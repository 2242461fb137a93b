import type { Address } from "../../domain/address.ts";
import { automaticRange } from "../../domain/automatic.ts";
import { parseCommand, type Command } from "../../domain/commands/command.ts";
import type { PersonId } from "../../domain/ids.ts";
import {
  approversFor,
  policyRefusal,
  quorumFor,
  registriesFor,
  registryNamed,
  type Policy,
  type RegistryPolicy,
} from "../../domain/policy.ts";
import { hoursRefusal } from "../../domain/recent.ts";
import type { AddressFrom } from "../../domain/request.ts";
import type { AskRefusal } from "../requests/ask.ts";

/** Somebody says something, in thought. */
export type Attempt = {
  readonly by: PersonId;
  /** What the link would see when they ask for "my IP". */
  readonly from: Address | undefined;
  readonly text: string;
};

/** What the policy would make of it, with a store that knows nothing yet. */
export type AttemptOutcome =
  | {
      readonly kind: "asked";
      readonly registry: RegistryPolicy;
      readonly address: Address;
      readonly durationMs: number;
      readonly needed: number;
      readonly approvers: readonly PersonId[];
      /** A range out of which it would open without approvers, had it been proven by link. */
      readonly byLinkAutomatic: Address | undefined;
    }
  | {
      readonly kind: "automatic";
      readonly registry: RegistryPolicy;
      readonly address: Address;
      readonly durationMs: number;
      readonly range: Address;
    }
  | {
      readonly kind: "refused";
      readonly refusal: AskRefusal & {
        readonly kind: "unknown-registry" | "which-registry" | "policy";
      };
    }
  | { readonly kind: "malformed"; readonly problem: (Command & { kind: "malformed" })["problem"] }
  | { readonly kind: "not-understood"; readonly suggestion: string | undefined }
  /** "allow my IP" without an address that the link would see. */
  | { readonly kind: "which-address" }
  /** Its length depends on the time of day. */
  | { readonly kind: "depends-on-the-clock" }
  /** It is no request: what becomes of it depends on what is there already. */
  | { readonly kind: "no-request"; readonly command: string };

/** Reads the sentence with the bot's own parser and holds it against the policy's own rules; nothing else is asked. */
export function tryPolicy(policy: Policy, { by, from, text }: Attempt): AttemptOutcome {
  const command = parseCommand(text);
  switch (command.kind) {
    case "allow":
    case "allow-my-address": {
      if (command.until !== undefined) return { kind: "depends-on-the-clock" };
      const addressFrom = { kind: command.kind === "allow" ? "typed" : "link" } as const;
      const address = command.kind === "allow" ? command.address : from;
      return address === undefined
        ? { kind: "which-address" }
        : ask(policy, { ...command, by, addressFrom, address });
    }
    case "malformed":
      return { kind: "malformed", problem: command.problem };
    case "unknown":
      return { kind: "not-understood", suggestion: command.suggestion };
    default:
      return { kind: "no-request", command: command.kind };
  }
}

type Wish = {
  readonly by: PersonId;
  readonly addressFrom: AddressFrom;
  readonly address: Address;
  readonly durationMs: number | undefined;
  readonly registryName: string | undefined;
  readonly reason: string | undefined;
};

function ask(policy: Policy, wish: Wish): AttemptOutcome {
  const { by, addressFrom, address } = wish;
  const known = registriesFor(policy, by);
  const names = known.map(({ name }) => name);
  const name = wish.registryName ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) {
    return { kind: "refused", refusal: { kind: "which-registry", known: names } };
  }
  const registry = registryNamed(policy, name);
  if (registry === undefined) {
    return { kind: "refused", refusal: { kind: "unknown-registry", name, known: names } };
  }
  const durationMs = wish.durationMs ?? registry.duration.defaultMs;
  const range = automaticRange(registry, address);
  const isAutomatic = addressFrom.kind === "link" && range !== undefined;
  const asked = { requester: by, address, addressFrom, durationMs, reason: wish.reason };
  const refusal =
    policyRefusal(registry, { ...asked, grantedBy: isAutomatic ? "policy" : "approvers" }) ??
    hoursRefusal(registry, 0, durationMs);
  if (refusal !== undefined) {
    const registryName = registry.name;
    return { kind: "refused", refusal: { kind: "policy", refusal, registryName } };
  }
  if (isAutomatic) return { kind: "automatic", registry, address, durationMs, range };
  const needed = quorumFor(registry, address);
  const approvers = approversFor(registry, by);
  return {
    kind: "asked",
    registry,
    address,
    durationMs,
    needed,
    approvers,
    byLinkAutomatic: range,
  };
}

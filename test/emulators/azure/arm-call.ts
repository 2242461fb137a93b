import type { ArmReply } from "./arm-replies.ts";
import type { ConditionsByRegistry } from "./conditions.ts";
import type { Operations } from "./operations.ts";
import type { RegistryStore } from "./registry-store.ts";
import type { Author, Registry, RegistrySeed } from "./registry.ts";
import type { Caller } from "./issued-tokens.ts";

/** What of a request decides the answer. */
export interface ArmRequest {
  readonly method: string;
  readonly target: URL;
  readonly authorization: string | undefined;
  readonly body: string;
  /** Scheme, host and port that the client has used: what links in replies start with. */
  readonly origin: string;
  /** When it had come in whole. */
  readonly receivedAt: Date;
}

/** The reply, and what a journal wants to know of it. */
export interface ArmAnswer {
  readonly reply: ArmReply;
  /** Whether the request has changed a registry. */
  readonly applied: boolean;
  /** The registry that the reply shows, if it shows one. */
  readonly shown?: Registry | undefined;
}

/** What an answer is made from. */
export interface ArmContext {
  readonly store: RegistryStore;
  readonly conditions: ConditionsByRegistry;
  readonly operations: Operations;
  /** Makes a registry that a PUT has asked for. */
  readonly create: (seed: RegistrySeed, author: Author) => Promise<unknown>;
  /** Registries on a page of a list. */
  readonly pageSize: number;
}

/** A request whose token and api-version are good, at a route. */
export interface ArmCall {
  readonly context: ArmContext;
  readonly request: ArmRequest;
  readonly version: string;
  readonly caller: Caller;
  /** The list this caller was last shown of the registry; undefined when none. */
  readonly lastRead: readonly string[] | undefined;
  /** Decoded; a part that is not in the path is "". */
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly operation: string;
}

/** Answers a call; what it writes is in the store when it has answered. */
export type ArmHandler = (call: ArmCall) => ArmAnswer | Promise<ArmAnswer>;

/** The answer that changes nothing. */
export function unchanged(reply: ArmReply, shown?: Registry): ArmAnswer {
  return { reply, applied: false, shown };
}

/** The resource id of a call's registry, spelled as the path spells it. */
export function registryIdOf(
  call: Pick<ArmCall, "subscriptionId" | "resourceGroup" | "name">,
): string {
  const { subscriptionId, resourceGroup, name } = call;
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerRegistry/registries/${name}`;
}

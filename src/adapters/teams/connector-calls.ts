import type { ConnectorClient } from "botframework-connector";
import type { DeliveryFailure } from "../../application/ports.ts";
import type { TenantId } from "../../domain/ids.ts";
import { isConnectorUrl } from "./connector-origin.ts";
import { deliveryFailure, isThrottled } from "./delivery-failure.ts";
import type { SendPace } from "./send-pace.ts";
import type { TeamsAdapter } from "./teams-adapter.ts";

/** Who calls, and whom it may call. */
export type ConnectorSettings = {
  readonly appId: string;
  readonly tenantId: TenantId;
  readonly oauthScope: string;
  /** Exact origins; the bot's token goes to no other. */
  readonly connectorOrigins: readonly string[];
};

/** Where a call goes, and whose pace it keeps; `urgent` when somebody waits for it. */
type CallPlace = {
  readonly serviceUrl: string;
  readonly paceOf: string;
  readonly urgent?: boolean;
};

/** One call to the Bot Connector: sent once, at the pace that Teams allows, to an allowed host only. Never throws. */
export type CallConnector = <T>(
  place: CallPlace,
  call: (conversations: ConnectorClient["conversations"]) => Promise<T>,
  signal: AbortSignal,
) => Promise<{ readonly kind: "answered"; readonly value: T } | DeliveryFailure>;

/** `onFailure` hears of every call that did not work. */
export function connectorCalls(
  adapter: TeamsAdapter,
  settings: ConnectorSettings,
  pace: SendPace,
  onFailure: (failure: DeliveryFailure) => void = () => undefined,
): CallConnector {
  const { appId, oauthScope, connectorOrigins } = settings;
  return async ({ serviceUrl, paceOf, urgent = false }, call, signal) => {
    try {
      // A stored address is checked again at every call.
      if (!isConnectorUrl(serviceUrl, connectorOrigins)) {
        onFailure({ kind: "gone", why: "unknown-host" });
        return { kind: "gone", why: "unknown-host" };
      }
      await pace.turn(paceOf, urgent, signal);
      const { conversations } = await adapter.connectorAt(appId, serviceUrl, oauthScope);
      return { kind: "answered", value: await orAborted(call(conversations), signal) };
    } catch (error) {
      const failure = deliveryFailure(error);
      if (failure.kind === "later" && isThrottled(error)) pace.rest(paceOf, failure.afterMs);
      onFailure(failure);
      return failure;
    }
  };
}

/** The SDK fetches a token before it sends, and that part of a call knows of no signal. */
async function orAborted<T>(calling: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const leave = (): void => {
    reject(signal.reason instanceof Error ? signal.reason : new Error("given up"));
  };
  signal.addEventListener("abort", leave, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([calling, promise]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

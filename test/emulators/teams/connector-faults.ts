/**
 * What shall go wrong with the next `times` (else one) authorized calls, of that method and conversation if named:
 * - `status`: nothing is done and this error is answered;
 * - `redirect`: nothing is done, and the client is sent to this address;
 * - `hang`: nothing is done, or with `afterApply` the call does its work, and nothing is answered until the client
 *   leaves or the connector is stopped.
 */
export type ConnectorFault = {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly conversationId?: string;
  readonly times?: number;
} & (
  | {
      readonly kind: "status";
      /** 400 to 599. */
      readonly status: number;
      /** The `error.code` of the body. */
      readonly code?: string;
      readonly retryAfterSeconds?: number;
    }
  | { readonly kind: "redirect"; readonly location: string }
  | { readonly kind: "hang"; readonly afterApply?: boolean }
);

/** The faults still to come, in the order they were asked for. */
export interface FaultQueue {
  add(fault: ConnectorFault): void;
  /** Uses up one of the first fault that fits the call. */
  take(method: string, conversationId: string): ConnectorFault | undefined;
}

/** An empty queue. */
export function createFaultQueue(): FaultQueue {
  let waiting: { readonly fault: ConnectorFault; left: number }[] = [];
  return {
    add(fault) {
      waiting.push({ fault, left: fault.times ?? 1 });
    },
    take(method, conversationId) {
      const first = waiting.find(
        ({ fault }) =>
          (fault.method ?? method) === method &&
          (fault.conversationId ?? conversationId) === conversationId,
      );
      if (first === undefined) return undefined;
      first.left -= 1;
      waiting = waiting.filter(({ left }) => left > 0);
      return first.fault;
    },
  };
}

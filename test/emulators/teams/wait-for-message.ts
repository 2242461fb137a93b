import { inOneLine } from "./message-content.ts";
import type { ConnectorMessage, ShownMessages } from "./shown-messages.ts";

/** How long to wait. */
export interface WaitOptions {
  /** Milliseconds of real time; 5000 by default. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 5_000;

/**
 * The first visible message for which the predicate holds, now or as soon as one is sent or updated so. Rejects when
 * time is up, listing what is there, and when the predicate throws.
 */
export function waitForMessage(
  messages: ShownMessages,
  conversationId: string,
  predicate: (message: ConnectorMessage) => boolean,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: WaitOptions = {},
): Promise<ConnectorMessage> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const there = messages.visible(conversationId).map((message) => `\n  ${inOneLine(message)}`);
      const list = there.length === 0 ? " nothing" : there.join("");
      end(() => {
        reject(
          new Error(`No such message in ${conversationId} in ${timeoutMs} ms. It has:${list}`),
        );
      });
    }, timeoutMs);
    const stopListening = messages.onChange(conversationId, look);

    function end(settle: () => void): void {
      clearTimeout(timer);
      stopListening();
      settle();
    }

    function look(): void {
      try {
        const found = messages.visible(conversationId).find(predicate);
        if (found === undefined) return;
        end(() => {
          resolve(found);
        });
      } catch (error) {
        end(() => {
          reject(error instanceof Error ? error : new Error(String(error)));
        });
      }
    }

    look();
  });
}

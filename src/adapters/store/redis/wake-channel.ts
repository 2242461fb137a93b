import type { Redis } from "ioredis";
import type { WakeKey } from "../../../application/store.ts";
import { WakeListeners } from "../wake-listeners.ts";
import { answered } from "./connection.ts";

/** Listens on a connection of its own, since a subscribed connection takes no other commands. */
export async function listenForWakes(
  subscriber: Redis,
  channel: string,
  onError: (error: unknown) => void,
  signal: AbortSignal,
): Promise<WakeListeners> {
  const listeners = new WakeListeners(onError);
  subscriber.on("message", (_channel: string, list: string) => {
    if (isList(list)) listeners.call(list);
  });
  await answered(subscriber.subscribe(channel), signal);
  // What was woken while the connection was down was not heard: look at both lists.
  subscriber.on("ready", () => {
    subscriber.subscribe(channel).then(
      () => {
        listeners.call("registry");
        listeners.call("conversation");
      },
      (error: unknown) => {
        onError(error);
        // Connected and deaf it would stay so.
        if (subscriber.status === "ready") subscriber.disconnect(true);
      },
    );
  });
  return listeners;
}

function isList(text: string): text is WakeKey["list"] {
  return text === "registry" || text === "conversation";
}

import { fork } from "node:child_process";
import { once } from "node:events";
import type { Store } from "../../src/application/store.ts";
import type { Answering } from "./store-model.ts";

/** Where a store is. */
export type StorePlace = { readonly auditKeptMs: number } & (
  { readonly file: string } | { readonly url: string; readonly prefix: string }
);

type Answer = { readonly id: number; readonly value?: unknown; readonly error?: string };

/** What the other process is asked; its clock is set with it. */
export type Asked = { readonly id: number; readonly nowMs: number } & (
  | { readonly method: "open"; readonly where: StorePlace }
  | { readonly method: keyof Answering | "close"; readonly args: readonly unknown[] }
);

/** A process that opens one store at a time. */
export type OtherProcess = {
  open(where: StorePlace): Promise<Answering & Pick<Store, "close">>;
  stop(): Promise<void>;
};

type Question = Asked extends infer One
  ? One extends Asked
    ? Omit<One, "id" | "nowMs">
    : never
  : never;

/** Starts it; a store in it goes by this clock, unless Redis tells the time. */
export function startOtherProcess(nowMs: () => number): OtherProcess {
  const child = fork(new URL("store-process.ts", import.meta.url), { serialization: "advanced" });
  const waiting = new Map<number, (answer: Answer) => void>();
  child.on("message", (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  child.on("exit", () => {
    for (const [id, settle] of waiting) settle({ id, error: "The other process is gone." });
  });
  let asked = 0;
  const ask = async (question: Question): Promise<unknown> => {
    const id = (asked += 1);
    const { promise, resolve } = Promise.withResolvers<Answer>();
    waiting.set(id, resolve);
    child.send({ id, nowMs: nowMs(), ...question });
    const { value, error } = await promise;
    if (error !== undefined) throw new Error(error);
    return value;
  };
  // The child answers what the method of its own store answers. The last argument is a signal, which stays here.
  const method = <M extends keyof Answering>(name: M): Store[M] =>
    ((...args: unknown[]) => ask({ method: name, args: args.slice(0, -1) })) as Store[M];
  return {
    async open(where) {
      await ask({ method: "open", where });
      return {
        commit: method("commit"),
        request: method("request"),
        lease: method("lease"),
        person: method("person"),
        registry: method("registry"),
        freeze: method("freeze"),
        conversation: method("conversation"),
        recent: method("recent"),
        pendingOf: method("pendingOf"),
        pendingFor: method("pendingFor"),
        leasesOf: method("leasesOf"),
        leasesFor: method("leasesFor"),
        leasesPastEnd: method("leasesPastEnd"),
        audit: method("audit"),
        claimRegistry: method("claimRegistry"),
        claimConversation: method("claimConversation"),
        close: async () => {
          await ask({ method: "close", args: [] });
        },
      };
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
  };
}

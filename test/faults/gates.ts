import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { z } from "zod";
import { onLine } from "./socket-lines.ts";

/** The points of a round that a worker asks at, in their order. */
const POINTS = [
  "claimed",
  "intending",
  "intended",
  "turn",
  "applying",
  "applied",
  "releasing",
  "released",
] as const;

/** `claimed` is right after the claim; `…ing` is before, `…ed` after a write to the store or to Azure. */
export type Point = (typeof POINTS)[number];

/** What a round is about; both when it adds and removes. */
export type Doing = { readonly adding: boolean; readonly removing: boolean };

const question = z.strictObject({
  number: z.int(),
  pid: z.int(),
  point: z.enum(POINTS),
  registry: z.string(),
  adding: z.boolean(),
  removing: z.boolean(),
});

/** What a worker writes: it is here, and waits for the line with the number. */
export type Question = z.infer<typeof question>;

/** A worker that has reached a point and stands there. */
export type Reached = Omit<Question, "number">;

/** The points of every worker of a run. */
export type Gates = {
  /** The socket's path, for the workers' setting FAULT_GATES. */
  readonly path: string;
  /** Each worker stands at each point until every hook has resolved. Call what it returns to end that. */
  hook(hook: (reached: Reached) => Promise<void> | void): () => void;
  close(): Promise<void>;
};

/** Listens at the path; `onError` hears of hooks that throw. */
export async function openGates(path: string, onError: (error: unknown) => void): Promise<Gates> {
  const hooks = new Set<{ readonly hook: (reached: Reached) => Promise<void> | void }>();
  const sockets = new Set<Socket>();

  async function answer(socket: Socket, text: string): Promise<void> {
    const { number, ...reached } = question.parse(JSON.parse(text));
    for (const { hook } of [...hooks]) await hook(reached);
    if (!socket.destroyed) socket.write(`${String(number)}\n`);
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    // A worker that was killed: nobody is left to be told.
    socket.on("error", () => socket.destroy());
    socket.once("close", () => sockets.delete(socket));
    onLine(socket, (text) => {
      answer(socket, text).catch(onError);
    });
  });
  server.listen(path);
  await once(server, "listening");
  return {
    path,
    hook(hook) {
      const entry = { hook };
      hooks.add(entry);
      return () => hooks.delete(entry);
    },
    async close() {
      hooks.clear();
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

import * as z from "zod";

const match = z
  .strictObject({ method: z.string().optional(), times: z.int().positive().default(1) })
  .prefault({});

/** What a test or the control endpoint may ask to go wrong. */
export const faultSchema = z.discriminatedUnion("fault", [
  z.strictObject({ match, fault: z.literal("reset-before") }),
  z.strictObject({ match, fault: z.literal("reset-after-apply") }),
  z.strictObject({ match, fault: z.literal("hang") }),
  z.strictObject({ match, fault: z.literal("slow"), ms: z.int().nonnegative() }),
  z.strictObject({
    match,
    fault: z.literal("status"),
    status: z.int().min(400).max(599),
    code: z.string().default("InternalServerError"),
    message: z.string().default("An emulated fault."),
    retryAfterSeconds: z.int().nonnegative().optional(),
  }),
]);

/**
 * Something that shall go wrong with the next `match.times` (else one) requests to Azure Resource Manager of method
 * `match.method` (else any):
 * - `reset-before`: the connection is closed, nothing is applied;
 * - `reset-after-apply`: the request does its work, then the connection is closed without an answer;
 * - `hang`: nothing is applied and nothing is ever answered;
 * - `slow`: the request does its work `ms` milliseconds late, even if the client has left;
 * - `status`: nothing is applied, and this error is answered.
 */
export type Fault = z.input<typeof faultSchema>;

/** A fault with every default filled in. */
export type ParsedFault = z.output<typeof faultSchema>;

/** The faults still to come, in the order they were asked for. */
export interface FaultQueue {
  /** Throws when it is not a fault. */
  add(fault: Fault): void;
  /** Uses up one of the first fault that matches. */
  take(method: string): ParsedFault | undefined;
  clear(): void;
}

/** An empty queue. */
export function createFaultQueue(): FaultQueue {
  let waiting: { readonly fault: ParsedFault; left: number }[] = [];

  return {
    add(input) {
      const fault = faultSchema.parse(input);
      waiting.push({ fault, left: fault.match.times });
    },
    take(method) {
      const first = waiting.find(({ fault }) => matches(fault, method));
      if (first === undefined) return undefined;
      first.left -= 1;
      waiting = waiting.filter(({ left }) => left > 0);
      return first.fault;
    },
    clear() {
      waiting = [];
    },
  };
}

function matches({ match: { method } }: ParsedFault, sent: string): boolean {
  return method === undefined || method.toUpperCase() === sent;
}

import type { AzureEmulator } from "../emulators/azure/emulator.ts";
import type { Fault } from "../emulators/azure/faults.ts";

/** Something of Azure that goes wrong, and what becomes of a lease that it meets while opening. */
export type NamedFault = {
  readonly name: string;
  readonly begin: (azure: AzureEmulator, registry: string) => Promise<void> | void;
  /** For what lasts until somebody mends it; called after `lastsRounds` rounds. */
  readonly end?: (azure: AzureEmulator, registry: string) => Promise<void> | void;
  readonly lastsRounds?: number;
  /** The lease's state in the end. */
  readonly grant: "open" | "ended refused azure-refused";
  /** Waits for a deadline. */
  readonly slow?: boolean;
};

type FaultKind = Fault extends infer One
  ? One extends unknown
    ? Omit<One, "match">
    : never
  : never;

/** The next call of the method goes wrong, once. */
function once(name: string, method: "GET" | "PATCH", fault: FaultKind, slow = false): NamedFault {
  return {
    name: `${method} ${name}`,
    grant: "open",
    slow,
    begin: (azure, registry) => {
      azure.fault({ ...fault, match: { method, path: registry } });
    },
  };
}

const BOTH = ["GET", "PATCH"] as const;
const status = (code: number, name: string): FaultKind => ({
  fault: "status",
  status: code,
  code: name,
});

/** The faults that a reconciler has to have a plan for. */
export const FAULTS: readonly NamedFault[] = [
  ...BOTH.flatMap((method) => [
    once("401 expired token", method, { fault: "expired-token" }),
    once("401 claims challenge", method, { fault: "expired-token", claimsChallenge: true }),
    once("403 AuthorizationFailed", method, { fault: "not-authorized" }),
    once("404 ResourceNotFound", method, status(404, "ResourceNotFound")),
    once("409 RegistryStatusConflict", method, status(409, "RegistryStatusConflict")),
    once("429 with seconds", method, { fault: "throttled", retryAfterSeconds: 7 }),
    once("429 with a date", method, { fault: "throttled", retryAfterSeconds: 7, form: "date" }),
    once("429 with a day", method, { fault: "throttled", retryAfterSeconds: 86_400 }),
    once("429 without Retry-After", method, { fault: "throttled" }),
    once("500", method, status(500, "InternalServerError")),
    once("502", method, status(502, "BadGateway")),
    once("503", method, status(503, "ServiceUnavailable")),
    once("504", method, status(504, "GatewayTimeout")),
    once("reset before anything", method, { fault: "reset-before" }),
    once("reset after its work", method, { fault: "reset-after-apply" }),
    once("reset in the body", method, { fault: "reset-mid-body" }),
    once("truncated JSON", method, { fault: "truncated-json" }),
    once("slow", method, { fault: "slow", ms: 400 }, true),
    once("hangs", method, { fault: "hang" }, true),
    once("hangs after its work", method, { fault: "hang-after-apply" }, true),
    once("without a rule set", method, { fault: "no-rule-set" }),
  ]),
  once("stale", "GET", { fault: "stale" }),
  ...(["201-async", "202-async", "202-location", "200-updating"] as const).map((answer) =>
    once(`${answer}, succeeded`, "PATCH", { fault: "long-running", how: { answer } }),
  ),
  ...(["Failed", "Canceled", "not-found"] as const).flatMap((outcome) => [
    once(`201-async, ${outcome}`, "PATCH", { fault: "long-running", how: { outcome } }),
    once(`201-async, ${outcome}, yet applied`, "PATCH", {
      fault: "long-running",
      how: { outcome, applied: true },
    }),
  ]),
  {
    name: "a lock, for two rounds",
    grant: "open",
    lastsRounds: 2,
    begin: (azure, registry) => {
      azure.configure(registry, { lock: "ReadOnly" });
    },
    end: (azure, registry) => {
      azure.configure(registry, { lock: null });
    },
  },
  {
    name: "the home region down, for three rounds",
    grant: "open",
    lastsRounds: 3,
    begin: (azure, registry) => {
      azure.configure(registry, { homeRegionDown: 503 });
    },
    end: (azure, registry) => {
      azure.configure(registry, { homeRegionDown: false });
    },
  },
  {
    name: "Azure Policy denies the value",
    grant: "ended refused azure-refused",
    begin: (azure, registry) => {
      azure.configure(registry, { deniedValues: ["203.0.113.7"] });
    },
    end: (azure, registry) => {
      azure.configure(registry, { deniedValues: [] });
    },
  },
  {
    name: "no slot left",
    grant: "ended refused azure-refused",
    begin: (azure, registry) => {
      azure.configure(registry, { ipRuleQuota: 1 });
    },
    end: (azure, registry) => {
      azure.configure(registry, { ipRuleQuota: 200 });
    },
  },
];

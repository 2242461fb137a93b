/** One metric, as `GET /metrics` describes it. */
export type MetricSpec<L extends string = string> = {
  readonly name: string;
  readonly kind: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly L[];
  /** Who can tell: every process the same, out of the store, or each process what it saw itself. */
  readonly from: "store" | "process";
  /** Upper bounds, of a histogram. */
  readonly buckets?: readonly number[];
};

/** From quick to what somebody has to look into, in seconds. */
const LAG_BUCKETS = [0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3_600];
const CALL_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30];

const none = [] as const;
const registry = ["registry"] as const;

/**
 * Every metric there is. No label names a person or an address. The names are for dashboards and alert rules: they
 * stay as they are.
 */
export const METRICS = {
  overdue: {
    name: "drawbridge_overdue_leases",
    kind: "gauge",
    help: "Leases more than 2 minutes past their ends and not yet seen gone; NaN when the store can't be asked.",
    labels: none,
    from: "store",
  },
  overdueOldest: {
    name: "drawbridge_overdue_oldest_seconds",
    kind: "gauge",
    help: "How long the oldest of them is past its end.",
    labels: none,
    from: "store",
  },
  expiryLag: {
    name: "drawbridge_expiry_lag_seconds",
    kind: "histogram",
    help: "From a lease's end to its rule seen gone, as this process wrote it down.",
    labels: none,
    from: "process",
    buckets: LAG_BUCKETS,
  },
  openingLag: {
    name: "drawbridge_opening_lag_seconds",
    kind: "histogram",
    help: "From the approval of a lease to its rule read back, as this process wrote it down.",
    labels: none,
    from: "process",
    buckets: LAG_BUCKETS,
  },
  events: {
    name: "drawbridge_audit_events_total",
    kind: "counter",
    help: "Audit events that this process wrote, such as request.asked, lease.opened and lease.ended.",
    labels: ["kind"],
    from: "process",
  },
  leases: {
    name: "drawbridge_leases",
    kind: "gauge",
    help: "Leases that have not ended: opening, open or closing.",
    labels: registry,
    from: "store",
  },
  pending: {
    name: "drawbridge_pending_requests",
    kind: "gauge",
    help: "Requests that wait for approvers.",
    labels: registry,
    from: "store",
  },
  pendingOldest: {
    name: "drawbridge_pending_oldest_seconds",
    kind: "gauge",
    help: "How long the oldest of them has waited; 0 when there is none.",
    labels: registry,
    from: "store",
  },
  slotsUsed: {
    name: "drawbridge_rule_slots_used",
    kind: "gauge",
    help: "Network rules on the registry, anybody's, as last read.",
    labels: registry,
    from: "store",
  },
  slotsLimit: {
    name: "drawbridge_rule_slots_limit",
    kind: "gauge",
    help: "Network rules that there may be; absent as long as Azure does not say.",
    labels: registry,
    from: "store",
  },
  rules: {
    name: "drawbridge_rules",
    kind: "gauge",
    help: "Rules as last read: ours, baseline (named in the policy), foreign (anybody else's) or unreadable (foreign, and no IPv4 address or range).",
    labels: ["registry", "whose"],
    from: "store",
  },
  findings: {
    name: "drawbridge_registry_findings",
    kind: "gauge",
    help: "1 for each thing about the registry that an operator should know.",
    labels: ["registry", "finding"],
    from: "store",
  },
  failures: {
    name: "drawbridge_registry_failures",
    kind: "gauge",
    help: "Rounds over the registry that failed in a row; 0 when the last one went through.",
    labels: registry,
    from: "store",
  },
  readAge: {
    name: "drawbridge_registry_read_age_seconds",
    kind: "gauge",
    help: "Since the registry was last read; a worker looks every five minutes.",
    labels: registry,
    from: "store",
  },
  wakeKeys: {
    name: "drawbridge_wake_keys",
    kind: "gauge",
    help: "Keys of the wake list: registries, or requests whose cards are to be looked at.",
    labels: ["list"],
    from: "store",
  },
  wakeDue: {
    name: "drawbridge_wake_due",
    kind: "gauge",
    help: "Keys that are due and that nobody holds; in the list conversation these are cards that wait.",
    labels: ["list"],
    from: "store",
  },
  wakeLate: {
    name: "drawbridge_wake_late_seconds",
    kind: "gauge",
    help: "How long the most overdue key of the list has been due; 0 when none is.",
    labels: ["list"],
    from: "store",
  },
  storeUp: {
    name: "drawbridge_store_up",
    kind: "gauge",
    help: "1 when the store answered this scrape in time; else what comes from it is absent.",
    labels: none,
    from: "process",
  },
  loopSilent: {
    name: "drawbridge_loop_silent_seconds",
    kind: "gauge",
    help: "Since a loop of this process last looked at its list.",
    labels: ["loop"],
    from: "process",
  },
  armCalls: {
    name: "drawbridge_arm_calls_total",
    kind: "counter",
    help: "Calls to Azure Resource Manager by HTTP method and status; none when there was no answer.",
    labels: ["method", "status"],
    from: "process",
  },
  armThrottled: {
    name: "drawbridge_arm_throttled_total",
    kind: "counter",
    help: "Calls that Azure Resource Manager answered with 429.",
    labels: none,
    from: "process",
  },
  armFailures: {
    name: "drawbridge_arm_failures_total",
    kind: "counter",
    help: "What failed, by what can be done about it: wait, conflict, refused, locked, not-allowed, not-found, unreadable or unknown-outcome.",
    labels: ["doing", "kind"],
    from: "process",
  },
  writeWindow: {
    name: "drawbridge_write_window_seconds",
    kind: "histogram",
    help: "From the read that a list was made from to the answer to its PATCH: what others write meanwhile may be lost, and Azure does not tell.",
    labels: none,
    from: "process",
    buckets: CALL_BUCKETS,
  },
  notAsSent: {
    name: "drawbridge_writes_not_as_sent_total",
    kind: "counter",
    help: "Lists that were read back otherwise than they were sent: somebody else wrote right after, or the write was lost.",
    labels: none,
    from: "process",
  },
  turns: {
    name: "drawbridge_turns_total",
    kind: "counter",
    help: "Activities of Teams that passed every check and were acted on.",
    labels: none,
    from: "process",
  },
  undelivered: {
    name: "drawbridge_teams_calls_failed_total",
    kind: "counter",
    help: "Calls to Teams that did not work. not-installed and blocked need a person to act; the others pass.",
    labels: ["why"],
    from: "process",
  },
  cardsUndelivered: {
    name: "drawbridge_card_rounds_failed_total",
    kind: "counter",
    help: "Rounds over a request's cards after which one was still undelivered; it is tried again.",
    labels: none,
    from: "process",
  },
  policy: {
    name: "drawbridge_policy_info",
    kind: "gauge",
    help: "1 for the SHA-256 of the policy file that is in force in this process.",
    labels: ["digest"],
    from: "process",
  },
  policyRefused: {
    name: "drawbridge_policy_refused",
    kind: "gauge",
    help: "1 while the policy file can't be used and the one before it is in force.",
    labels: none,
    from: "process",
  },
} as const satisfies Readonly<Record<string, MetricSpec>>;

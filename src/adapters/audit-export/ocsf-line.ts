import type { AuditEntry, AuditEvent } from "../../domain/audit.ts";
import { parseRegistryId, registryNameOf } from "../../domain/ids.ts";
import { factsOf } from "./audit-facts.ts";

// schema.ocsf.io, version 1.6.0: classes entity_management and api_activity. Later versions deprecate `actor.app_name`
// and remove nothing of this.
const VERSION = "1.6.0";
const ENTITY_MANAGEMENT = {
  category_uid: 3,
  category_name: "Identity & Access Management",
  class_uid: 3004,
  class_name: "Entity Management",
};
const API_ACTIVITY = {
  category_uid: 6,
  category_name: "Application Activity",
  class_uid: 6003,
  class_name: "API Activity",
};
const ACTIVITIES = { Create: 1, Read: 2, Update: 3, Delete: 4 } as const;
const [INFORMATIONAL, MEDIUM] = [1, 3];
const [SUCCESS, FAILURE] = [1, 2];
const USER = 1;

/**
 * An entry as an event of the Open Cybersecurity Schema Framework, as a line of JSON with its end: what was written to
 * Azure, or failed there, is API Activity (6003), all else Entity Management (3004). The event itself is in `unmapped`.
 */
export function ocsfLine({ number, at, event }: AuditEntry): string {
  const azure = azureCallOf(event);
  const activity = azure?.activity ?? activityOf(event);
  const of = azure === undefined ? ENTITY_MANAGEMENT : API_ACTIVITY;
  const activityId = ACTIVITIES[activity];
  const isFailure = event.kind === "registry.failed";
  const { by, comment } = factsOf(event);
  const ocsf = {
    ...of,
    activity_id: activityId,
    activity_name: activity,
    type_uid: of.class_uid * 100 + activityId,
    type_name: `${of.class_name}: ${activity}`,
    time: at.getTime(),
    severity_id: CONSPICUOUS.has(event.kind) ? MEDIUM : INFORMATIONAL,
    status_id: isFailure ? FAILURE : SUCCESS,
    message: event.kind,
    metadata: {
      version: VERSION,
      product: { name: "Drawbridge", vendor_name: "Drawbridge" },
      log_name: "audit",
      event_code: event.kind,
      sequence: number,
      uid: String(number),
      ...correlationOf(event),
    },
    actor: by ? { user: { uid: by.id, name: by.name, type_id: USER } } : { app_name: "Drawbridge" },
    ...(azure === undefined
      ? { entity: entityOf(event), ...sourceOf(event), ...(comment !== undefined && { comment }) }
      : {
          api: { operation: azure.operation, service: { name: "Azure Resource Manager" } },
          src_endpoint: { svc_name: "Drawbridge" },
          resources: [azure.resource],
        }),
    unmapped: event,
  };
  return `${JSON.stringify(ocsf)}\n`;
}

/** Somebody should look at these. */
const CONSPICUOUS: ReadonlySet<AuditEvent["kind"]> = new Set([
  "registry.failed",
  "registry.recovered",
  "rule.came-back",
  "lease.cut",
  "lease.shut-out",
] as const);

const OPERATIONS = {
  read: { activity: "Read", operation: "Microsoft.ContainerRegistry/registries/read" },
  apply: { activity: "Update", operation: "Microsoft.ContainerRegistry/registries/write" },
  ledger: { activity: "Update", operation: "Microsoft.Resources/tags/write" },
} as const;

function azureCallOf(event: AuditEvent) {
  if (event.kind !== "rules.changed" && event.kind !== "registry.failed") return undefined;
  const doing = event.kind === "rules.changed" ? "apply" : event.doing;
  return { ...OPERATIONS[doing], resource: registryEntity(event.registry) };
}

function activityOf({ kind }: AuditEvent): keyof typeof ACTIVITIES {
  switch (kind) {
    case "request.asked":
    case "request.proving":
    case "lease.approved":
    case "lease.adopting":
      return "Create";
    case "request.lapsed":
    case "request.cancelled":
    case "lease.ended":
    case "person.forgotten":
      return "Delete";
    default:
      return "Update";
  }
}

function entityOf(event: AuditEvent) {
  if (event.kind === "policy.loaded") return { type: "policy", uid: event.policy };
  if (event.kind === "person.forgotten") return { type: "person", uid: event.who };
  const { request, lease, registry } = factsOf(event);
  if (event.kind.startsWith("lease.") && lease !== undefined) return { type: "lease", uid: lease };
  if (request !== undefined) return { type: "request", uid: request };
  if (lease !== undefined) return { type: "lease", uid: lease };
  return registryEntity(registry ?? "");
}

function registryEntity(id: string) {
  const parsed = parseRegistryId(id);
  const name = parsed === undefined ? id : registryNameOf(parsed);
  return { type: "Microsoft.ContainerRegistry/registries", uid: id, name };
}

/** Where somebody came from. Other addresses are what it is about, and are in the event. */
function sourceOf(event: AuditEvent) {
  return event.kind === "request.address-seen" || event.kind === "request.not-me"
    ? { src_endpoint: { ip: event.address } }
    : {};
}

function correlationOf(event: AuditEvent) {
  return event.kind === "rules.changed" && event.correlationId !== undefined
    ? { correlation_uid: event.correlationId }
    : {};
}

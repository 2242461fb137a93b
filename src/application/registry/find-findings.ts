import type { Finding } from "../../domain/finding.ts";
import { hasFirewall, type ArmFailure, type RegistryView } from "../ports.ts";

/** What is worth telling of a registry that was read. */
export function findingsOf(view: RegistryView): readonly Finding[] {
  if (!hasFirewall(view.sku)) return [{ kind: "not-premium", sku: view.sku }];
  const findings: Finding[] = [];
  if (!view.publicNetworkAccess) findings.push({ kind: "public-access-disabled" });
  if (view.network?.defaultAction === "Allow") findings.push({ kind: "default-action-allow" });
  if (view.anonymousPull) findings.push({ kind: "anonymous-pull-on" });
  if (view.adminUser) findings.push({ kind: "admin-user-on" });
  const { used, limit } = view.slots;
  if (limit !== undefined && used >= limit) findings.push({ kind: "slots-full", used, limit });
  if (view.vnetRules > 0) findings.push({ kind: "vnet-rules-present", count: view.vnetRules });
  return findings;
}

/** What a failure says of the registry; `undefined` for what passes by itself. */
export function findingOfFailure(failure: ArmFailure): Finding | undefined {
  switch (failure.kind) {
    case "not-found":
      return { kind: "registry-not-found" };
    case "locked":
      return { kind: "registry-locked" };
    case "not-allowed":
      return { kind: "not-allowed", code: failure.code };
    case "refused":
      return failure.code === POLICY_DENIAL ? { kind: "denied-by-policy" } : undefined;
    case "wait":
    case "conflict":
    case "unreadable":
    case "unknown-outcome":
      return undefined;
  }
}

/** Azure Policy's code for a write that an assignment denies (learn.microsoft.com, "Azure Policy deny effect"). */
const POLICY_DENIAL = "RequestDisallowedByPolicy";

import type { ArmCall } from "./arm-call.ts";
import { registryIdOf } from "./arm-call.ts";
import { armError, notAuthorized, regionDown } from "./arm-replies.ts";
import type { ArmReply } from "./arm-replies.ts";
import type { RegistryChange } from "./registry.ts";

/**
 * Why a write is not let through to the registry, in the order that Azure asks: role, lock, policy, and then whether
 * the home region works. Sources: ARM docs "Lock your resources" (409 ScopeLocked), "Error RequestDisallowedByPolicy";
 * ACR docs "Geo-replication" (no change of network rules without the home region; the status is our guess).
 */
export function writeRefusal(call: ArmCall, change: RegistryChange): ArmReply | undefined {
  const id = registryIdOf(call);
  const { mayWrite, lock, deniedValues, homeRegionDown } = call.context.conditions.of(id);
  if (mayWrite === false) return notAuthorized(call.caller, "write", id);
  if (lock === "ReadOnly") return locked(id);
  const denied = change.rules?.find((rule) => deniedValues?.includes(rule) === true);
  if (denied !== undefined) return disallowed(call.name, denied);
  if (homeRegionDown !== undefined && homeRegionDown !== false) return regionDown(homeRegionDown);
  return undefined;
}

function locked(id: string): ArmReply {
  return armError(
    409,
    "ScopeLocked",
    `The scope '${id}' cannot perform write operation because following scope(s) are locked: '${id}'. ` +
      "Please remove the lock and try again.",
  );
}

/** Source: Azure Policy docs, "Troubleshoot errors"; the shape of additionalInfo is from memory. */
function disallowed(name: string, denied: string): ArmReply {
  const assignment = {
    policyDefinitionDisplayName: "Allowed network rules of container registries",
    policyDefinitionName: "emulated-allowed-network-rules",
    policyDefinitionEffect: "deny",
    policyAssignmentDisplayName: "Allowed network rules of container registries",
    policyAssignmentName: "emulated-assignment",
    evaluationDetails: {
      evaluatedExpressions: [
        {
          result: "True",
          expressionKind: "Field",
          expression: "Microsoft.ContainerRegistry/registries/networkRuleSet.ipRules[*].value",
          path: "properties.networkRuleSet.ipRules[*].value",
          expressionValue: denied,
          operator: "Equals",
        },
      ],
    },
  };
  const identifiers = [
    {
      policyAssignment: { name: assignment.policyAssignmentDisplayName },
      policyDefinition: { name: assignment.policyDefinitionDisplayName },
    },
  ];
  return {
    status: 403,
    body: {
      error: {
        code: "RequestDisallowedByPolicy",
        target: name,
        message:
          `Resource '${name}' was disallowed by policy. ` +
          `Policy identifiers: '${JSON.stringify(identifiers)}'.`,
        additionalInfo: [{ type: "PolicyViolation", info: assignment }],
      },
    },
  };
}

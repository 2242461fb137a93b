import { BlockList, isIPv4 } from "node:net";
import type { Registry } from "./registry.ts";

/**
 * Whether the firewall of a registry lets an address in.
 * Source: Azure docs, "Configure public IP network rules" (Disabled overrides the rules; the firewall is Premium's).
 */
export function admits(registry: Registry, address: string): boolean {
  if (registry.publicNetworkAccess === "Disabled") return false;
  if (registry.sku !== "Premium" || registry.defaultAction === "Allow") return true;
  if (!isIPv4(address)) return false;
  const allowed = new BlockList();
  for (const rule of registry.rules) {
    const [network = "", prefix = "32"] = rule.split("/");
    allowed.addSubnet(network, Number(prefix), "ipv4");
  }
  return allowed.check(address, "ipv4");
}

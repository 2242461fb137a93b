import type { RegistrySeed } from "./registry.ts";

const GROUP =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-drawbridge-demo";

function sampleId(name: string): string {
  return `${GROUP}/providers/Microsoft.ContainerRegistry/registries/${name}`;
}

/**
 * The registries of a demo: `acrdemomagic` is locked and has one rule of somebody else's; `acrdemobasic` cannot be
 * locked at all. The address is of TEST-NET-1 (RFC 5737), so it is nobody's.
 */
export const SAMPLE_REGISTRIES: readonly RegistrySeed[] = [
  {
    id: sampleId("acrdemomagic"),
    sku: "Premium",
    defaultAction: "Deny",
    rules: ["192.0.2.10"],
    tags: { environment: "demo" },
  },
  { id: sampleId("acrdemobasic"), sku: "Basic" },
];

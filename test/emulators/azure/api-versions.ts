/** The api-version that @azure/arm-containerregistry 12 is pinned to; without another word, everything here is meant so. */
export const API_VERSION = "2025-11-01";

/**
 * The api-versions of `Microsoft.ContainerRegistry/registries` that know a rule set, oldest first.
 * Sources: azure-rest-api-specs, folders below Microsoft.ContainerRegistry; azure-cli 2.45 core/profiles/_shared.py
 * (2022-02-01-preview and, for network rules, 2021-08-01-preview). Previews later than 2023 are left out on purpose:
 * azure-cli's network_rule.py warns that some of them lost `networkRuleSet`.
 */
const REGISTRY_VERSIONS: readonly string[] = [
  "2017-10-01",
  "2019-05-01",
  "2019-12-01-preview",
  "2020-11-01-preview",
  "2021-06-01-preview",
  "2021-08-01-preview",
  "2021-09-01",
  "2021-12-01-preview",
  "2022-02-01-preview",
  "2022-12-01",
  "2023-01-01-preview",
  "2023-07-01",
  "2023-11-01-preview",
  "2025-04-01",
  API_VERSION,
  "2026-09-01-preview",
];

const DATE_VERSION = /^\d{4}-\d{2}-\d{2}(-preview)?$/;

/** The supported versions as an error and `api-supported-versions` list them. */
export const SUPPORTED_VERSIONS = REGISTRY_VERSIONS.join(", ");

/** What is wrong with an api-version; undefined when it can be answered. */
export function versionProblem(
  version: string | null,
  of: "registries" | "anything",
): "missing" | "malformed" | "unknown" | undefined {
  if (version === null || version === "") return "missing";
  if (!DATE_VERSION.test(version)) return "malformed";
  return of === "anything" || REGISTRY_VERSIONS.includes(version) ? undefined : "unknown";
}

/**
 * Whether a version shows, and takes, `virtualNetworkRules`: those before 2021-09-01 do, and again 2026-09-01-preview.
 * Source: azure-cli recording test_acr_network_rule.yaml (hidden from 2021-09-01 on, and kept by a PATCH of a version
 * that cannot see them); azure-rest-api-specs for 2026-09-01-preview.
 */
export function knowsVirtualNetworkRules(version: string): boolean {
  return version < "2021-09-01" || version >= "2026-09-01";
}

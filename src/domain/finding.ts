/** Something about a registry that an operator should know, each with its own sentence and what to do about it. */
export type Finding =
  | { readonly kind: "not-premium"; readonly sku: string }
  | { readonly kind: "public-access-disabled" }
  | { readonly kind: "default-action-allow" }
  | { readonly kind: "anonymous-pull-on" }
  | { readonly kind: "admin-user-on" }
  | { readonly kind: "slots-full"; readonly used: number; readonly limit: number }
  | { readonly kind: "vnet-rules-present"; readonly count: number }
  | { readonly kind: "registry-recreated" }
  /** Leases that this version can't read: what they opened stays until one that can is running. */
  | { readonly kind: "leases-unreadable"; readonly count: number }
  | { readonly kind: "registry-not-found" }
  | { readonly kind: "registry-locked" }
  | { readonly kind: "denied-by-policy" }
  | { readonly kind: "not-allowed"; readonly code: string }
  /** Nothing is added as long as it can't be written down outside the store. */
  | { readonly kind: "ledger-not-written"; readonly code: string }
  /** Tags under our names that our key did not seal. */
  | { readonly kind: "ledger-not-ours"; readonly tags: readonly string[] }
  /** The store was lost or restored; so many rules are known from the ledger alone. */
  | { readonly kind: "rules-recovered"; readonly count: number }
  /** Somebody else removed the rules of so many open leases, and the policy wants that left so. */
  | { readonly kind: "rules-removed"; readonly count: number }
  /** The store's clock is off from ARM's by so much (positive: the store is behind): nothing is added. */
  | { readonly kind: "clocks-differ"; readonly byMs: number };

/** Whether asking for an address is pointless as long as this is so: no rule could let it in. */
export function makesRulesPointless({ kind }: Finding): boolean {
  return (
    kind === "not-premium" || kind === "public-access-disabled" || kind === "registry-not-found"
  );
}

import * as z from "zod";
import type { RegistryStore } from "./registry-store.ts";
import { REGISTRY_ID, same } from "./registry.ts";
import type { RegistryChange } from "./registry.ts";

/** See `ExternalWrite`. */
export const externalWriteSchema = z.strictObject({
  id: z.string().regex(REGISTRY_ID),
  does: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("add"), rule: z.string() }),
    z.strictObject({ kind: z.literal("remove"), rule: z.string() }),
    z.strictObject({ kind: z.literal("replace"), rules: z.array(z.string()) }),
    z.strictObject({
      kind: z.literal("redeploy"),
      rules: z.array(z.string()),
      tags: z.record(z.string(), z.string()).default({}),
    }),
    z.strictObject({ kind: z.literal("wipe-tags") }),
    z.strictObject({ kind: z.literal("touch") }),
  ]),
  when: z.enum(["now", "before-next-patch", "after-next-get"]).default("now"),
  times: z.int().positive().default(1),
  by: z.string().default("external"),
  byType: z.enum(["User", "Application"]).default("User"),
});

/**
 * A write by somebody else. What it does: `add` or `remove` a rule of the list as it is then; `replace` the whole list
 * (Terraform); `redeploy` the whole list and every tag (Bicep); `wipe-tags`; or `touch`, which bumps systemData alone.
 * When: now, just before the next PATCH or PUT of the registry is applied, or right after the next GET of it has read;
 * the latter two `times` over. `by` and `byType` are what systemData then says of the writer.
 */
export type ExternalWrite = z.input<typeof externalWriteSchema>;

type Parsed = z.output<typeof externalWriteSchema>;

/** Writers from outside, now and waiting. */
export interface ExternalWriters {
  /** Throws when Azure would refuse the write, if it is to happen now. */
  add(write: ExternalWrite): void;
  /** Lets those that wait for such a request write; what Azure would refuse does not happen. */
  run(when: Exclude<Parsed["when"], "now">, method: string, path: string): void;
  clear(): void;
}

/** Nobody waits. */
export function createExternalWriters(store: RegistryStore): ExternalWriters {
  let waiting: { readonly write: Parsed; left: number }[] = [];

  function apply({ id, does, by, byType }: Parsed): string | undefined {
    const before = store.find(id);
    if (before === undefined) return "no such registry";
    const origin = { author: { by, byType }, method: "EXTERNAL" } as const;
    const outcome = store.change(id, changeBy(does, before.rules), origin);
    return outcome?.kind === "changed" ? undefined : outcome?.kind;
  }

  return {
    add(input) {
      const write = externalWriteSchema.parse(input);
      if (write.when !== "now") {
        waiting.push({ write, left: write.times });
        return;
      }
      const problem = apply(write);
      if (problem !== undefined) throw new Error(`Cannot write to ${write.id}: ${problem}`);
    },
    run(when, method, path) {
      const methods = when === "after-next-get" ? ["GET"] : ["PATCH", "PUT"];
      if (!methods.includes(method)) return;
      for (const entry of waiting) {
        if (entry.write.when !== when || !same(entry.write.id, path)) continue;
        entry.left -= 1;
        apply(entry.write);
      }
      waiting = waiting.filter(({ left }) => left > 0);
    },
    clear() {
      waiting = [];
    },
  };
}

function changeBy(does: Parsed["does"], rules: readonly string[]): RegistryChange {
  switch (does.kind) {
    case "add":
      return { rules: [...rules, does.rule] };
    case "remove":
      return { rules: rules.filter((rule) => rule !== does.rule) };
    case "replace":
      return { rules: does.rules };
    case "redeploy":
      return { rules: does.rules, tags: does.tags };
    case "wipe-tags":
      return { tags: {} };
    case "touch":
      return {};
  }
}

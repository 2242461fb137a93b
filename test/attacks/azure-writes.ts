import assert from "node:assert/strict";
import type { Attack, AttackWorld } from "./attack.ts";

/** Of all that the product has sent since it began. */
function oddWrites(world: AttackWorld): string {
  const sent = world.azure.journal().filter(({ method }) => method !== "GET");
  assert.ok(sent.length > 0, "something was sent");
  const odd = sent.filter(({ method, path, body }) => !isOurs(method, path, body));
  return odd.length === 0 ? "nothing else" : odd.map(({ path }) => path).join(", ");
}

function isOurs(method: string, path: string, body: unknown): boolean {
  const text = JSON.stringify(body);
  const isTags = path.toLowerCase().endsWith("/providers/microsoft.resources/tags/default");
  if (method !== "PATCH") return false;
  return isTags
    ? /^\{"operation":"(Merge|Delete)","properties":\{"tags":\{("drawbridge-\d+":"[^"]*",?)*\}\}\}$/.test(
        text,
      )
    : /^\{"properties":\{"networkRuleSet":\{"defaultAction":"Deny","ipRules":\[[^\]]*\]\}\}\}$/.test(
        text,
      );
}

/** What the worker's rights are used for, by the emulator's journal: run it last, when there is most in it. */
export const AZURE_WRITES: readonly Attack[] = [
  {
    door: "store",
    attack: "anything sent to Azure but a list of rules and tags of our own",
    expected: "nothing else",
    prepare: (world) => () => Promise.resolve(oddWrites(world)),
  },
];

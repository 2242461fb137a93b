// Preloaded into a worker process: puts gated-calls.ts around the two adapters through which its loop acts.
import { registerHooks } from "node:module";

const gates = new URL("gated-calls.ts", import.meta.url).href;
const GATED = [
  [
    "/src/adapters/store/sqlite/sqlite-store.ts",
    "export const openSqliteStore = (...given) => gatedStore(real.openSqliteStore(...given));",
  ],
  [
    "/src/adapters/store/redis/redis-store.ts",
    "export const openRedisStore = async (...given) => gatedStore(await real.openRedisStore(...given));",
  ],
  [
    "/src/adapters/azure/registry-rules.ts",
    "export const createRegistryRules = (...given) => gatedRules(real.createRegistryRules(...given));",
  ],
];

registerHooks({
  load(url, context, nextLoad) {
    const [, wrapping] = GATED.find(([path]) => url.endsWith(path)) ?? [];
    if (wrapping === undefined) return nextLoad(url, context);
    const source = `import * as real from "${url}?ungated";
import { gatedRules, gatedStore } from "${gates}";
export * from "${url}?ungated";
${wrapping}`;
    return { format: "module", shortCircuit: true, source };
  },
});

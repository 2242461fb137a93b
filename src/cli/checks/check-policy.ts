import { readPolicy } from "../../adapters/policy/policy-file.ts";
import { countOf, explainRegistry } from "../../application/policy/explain-policy.ts";
import type { Store } from "../../application/store.ts";
import { instant } from "../columns.ts";
import { fail, pass, warn, type Check, type Diagnosis } from "./check.ts";

/** The policy file: whether it can be used, and what in it can hardly be meant. */
export function checkPolicy(file: string, tenant: string | undefined): Check {
  const check = `drawbridge policy check ${file}`;
  return {
    name: "policy",
    mend: check,
    async look(signal) {
      const policy = await readPolicy(file, signal);
      const { registries, digest } = policy;
      const loud = registries.flatMap((registry) =>
        explainRegistry(registry).warnings.map((warning) =>
          warn(`${registry.name}: ${warning}`, check),
        ),
      );
      if (registries.length === 0) return [fail("It names no registry.", check)];
      if (tenant !== undefined && tenant !== policy.tenant) {
        return [fail("Its tenant is not MicrosoftAppTenantId: no process starts with the two.")];
      }
      return [
        pass(`${countOf(registries.length, "registry", "registries")}, sha256 ${digest}.`),
        ...loud,
      ];
    },
  };
}

/** Whether the running processes go by the same file as this command. */
export function checkPolicyInUse(file: string, store: () => Promise<Store>): Check {
  return {
    name: "policy in use",
    async look(signal) {
      const opened = await store();
      const { digest } = await readPolicy(file, signal);
      const held = await Promise.all(
        (["all", "bot", "worker"] as const).map((role) => opened.policyOf(role, signal)),
      );
      const found = held.flatMap(({ value }) => value ?? []);
      if (found.length === 0) return [warn("No process has written down yet which policy it has.")];
      return found.map(({ id, digest: theirs, at }): Diagnosis => {
        const since = `since ${instant(at)}`;
        if (theirs === digest) return pass(`The role ${id} goes by this file, ${since}.`);
        const says = `The role ${id} goes by another file than this one ${since}: sha256 ${theirs}, not ${digest}. Mount the same file everywhere; a file that can't be used is not taken over.`;
        return warn(says, `drawbridge policy check ${file}`);
      });
    },
  };
}

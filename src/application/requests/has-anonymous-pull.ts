import type { RegistryRecord } from "../store.ts";

/** Whether everybody who gets through could pull when the registry was last looked at. */
export function hasAnonymousPull(record: RegistryRecord | undefined): boolean {
  return record?.findings.some(({ kind }) => kind === "anonymous-pull-on") === true;
}

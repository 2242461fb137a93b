import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isNode, LineCounter, parseDocument, type Document } from "yaml";
import type { PersonId } from "../../domain/ids.ts";
import type { Policy, RegistryPolicy } from "../../domain/policy.ts";
import { policySchema, type PolicyDocument } from "./policy-schema.ts";

/** A policy file that can't be used. The message has a line for each problem, with its line number. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
}

type Problem = { readonly path: readonly PropertyKey[]; readonly message: string };

/** Reads and validates the file. Throws PolicyError, naming every problem and its line. */
export async function readPolicy(file: string, signal: AbortSignal): Promise<Policy> {
  return parsePolicy(await readPolicyText(file, signal), file);
}

/** The file as it is. Throws PolicyError when there is none, or it can't be read in time. */
export async function readPolicyText(file: string, signal: AbortSignal): Promise<string> {
  try {
    return await readFile(file, { encoding: "utf8", signal });
  } catch (cause) {
    const said = `Cannot read the policy file ${file}. Set DRAWBRIDGE_POLICY to its path.`;
    throw new PolicyError(said, { cause });
  }
}

/** The same for a text already read; `file` is for the message only. */
export function parsePolicy(text: string, file: string): Policy {
  const lines = new LineCounter();
  // YAML 1.2 without custom tags; an alias can't blow the document up beyond the parser's own limit.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line } = lines.linePos(broken.pos[0]);
    throw new PolicyError(`${file}:${String(line)}: not YAML: ${broken.message}`);
  }
  const result = policySchema.safeParse(document.toJS());
  const problems: Problem[] = result.success
    ? problemsOf(result.data)
    : result.error.issues.map(({ path, message }) => ({ path, message }));
  if (!result.success || problems.length > 0) {
    const said = problems.map(
      ({ path, message }) =>
        `${file}:${String(lineOf(document, lines, path))}: ${path.join(".") || "file"}: ${message}`,
    );
    throw new PolicyError(said.join("\n"));
  }
  const digest = createHash("sha256").update(text).digest("hex");
  return policyOf(result.data, digest);
}

/** What a schema can't see: names without a list, a default beyond its maximum, one registry twice. */
function problemsOf(document: PolicyDocument): Problem[] {
  const problems: Problem[] = [];
  const ids = new Set<string>();
  for (const [name, registry] of Object.entries(document.registries)) {
    for (const key of ["requesters", "approvers"] as const) {
      const list = registry[key];
      if (typeof list !== "string" || (key === "requesters" && list === "members")) continue;
      if (!Object.hasOwn(document.people, list)) {
        problems.push({
          path: ["registries", name, key],
          message: `no list "${list}" under people`,
        });
      }
    }
    if (ids.has(registry.id)) {
      problems.push({ path: ["registries", name, "id"], message: "this registry is listed twice" });
    }
    ids.add(registry.id);
    const { default: usual, max } = registry.duration ?? document.defaults.duration;
    if (usual > max) {
      const path = registry.duration === undefined ? ["defaults"] : ["registries", name];
      problems.push({ path: [...path, "duration"], message: "default is longer than max" });
    }
  }
  return problems;
}

function policyOf(document: PolicyDocument, digest: string): Policy {
  const { defaults, people } = document;
  const listOf = (list: string | readonly PersonId[]): ReadonlySet<PersonId> =>
    new Set(typeof list === "string" ? people[list] : list);
  const registries = Object.entries(document.registries).map(([name, own]): RegistryPolicy => {
    const duration = own.duration ?? defaults.duration;
    const approval = own.approval ?? defaults.approval;
    return {
      id: own.id,
      name,
      requesters: own.requesters === "members" ? "members" : listOf(own.requesters),
      approvers: listOf(own.approvers),
      quorum: approval.quorum,
      approvalTimeoutMs: approval.timeout,
      duration: { defaultMs: duration.default, maxMs: duration.max },
      reason: own.reason ?? defaults.reason,
      address: own.address ?? defaults.address,
      baseline: own.baseline,
      whenRemovedByOthers: own["when-removed-by-others"],
      limits: own.limits ?? defaults.limits,
    };
  });
  return { digest, tenant: document.tenant, registries };
}

/** The line of the nearest node that exists: of a missing key, the mapping that lacks it. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

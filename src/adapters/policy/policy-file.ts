import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isNode, LineCounter, parseDocument, visit, type Document } from "yaml";
import type { z } from "zod";
import type { Policy } from "../../domain/policy.ts";
import { problemsOf, type Problem } from "./policy-problems.ts";
import { policySchema } from "./policy-schema.ts";
import { registryPolicies } from "./written-policy.ts";

/** A policy file that can't be used. The message has a line for each problem, with its line number. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
}

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
  const result = policySchema.safeParse(valuesOf(document, lines, file));
  const problems: Problem[] = result.success
    ? problemsOf(result.data)
    : result.error.issues.flatMap(saidOf);
  if (!result.success || problems.length > 0) {
    const said = problems.map(
      ({ path, message }) =>
        `${file}:${String(lineOf(document, lines, path))}: ${path.join(".") || "file"}: ${message}`,
    );
    throw new PolicyError(said.join("\n"));
  }
  const digest = createHash("sha256").update(text).digest("hex");
  const { tenant } = result.data;
  return { digest, tenant, registries: registryPolicies(result.data) };
}

/** The document without its nodes. An alias can be wrong in a document that is right otherwise. */
function valuesOf(document: Document, lines: LineCounter, file: string): unknown {
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      const line = alias.range ? lines.linePos(alias.range[0]).line : 1;
      const said = `*${alias.source} names nothing that was said before`;
      throw new PolicyError(`${file}:${String(line)}: ${said}`);
    },
  });
  try {
    return document.toJS();
  } catch (cause) {
    // What the parser throws for aliases of aliases of aliases.
    if (!(cause instanceof ReferenceError)) throw cause;
    throw new PolicyError(`${file}:1: not YAML: ${cause.message}`, { cause });
  }
}

/** Of several shapes that a value may have, what is wrong inside of the one that was meant; else all of them. */
function saidOf(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === "invalid_key") {
    return issue.issues.map(({ message }) => ({ path: issue.path, message }));
  }
  if (issue.code !== "invalid_union") return [{ path: issue.path, message: issue.message }];
  const meant = issue.errors.find((inner) => inner.every(({ path }) => path.length > 0));
  if (meant === undefined || meant.length === 0) {
    return [
      {
        path: issue.path,
        message: issue.errors
          .flat()
          .map(({ message }) => message)
          .join("; or "),
      },
    ];
  }
  return meant
    .flatMap(saidOf)
    .map(({ path, message }) => ({ path: [...issue.path, ...path], message }));
}

/** The line of the nearest node that exists: of a missing key, the mapping that lacks it. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

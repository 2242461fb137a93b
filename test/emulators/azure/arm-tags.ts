import * as z from "zod";
import type { ArmAnswer, ArmCall, ArmHandler } from "./arm-call.ts";
import { registryIdOf, unchanged } from "./arm-call.ts";
import { readable } from "./arm-reads.ts";
import { writeRefusal } from "./arm-refusals.ts";
import { armError, notFound } from "./arm-replies.ts";
import { parseJson } from "./local-http.ts";
import { same } from "./registry.ts";

type Tags = Readonly<Record<string, string>>;

const tagsBody = z.looseObject({
  operation: z.enum(["Merge", "Replace", "Delete"]).default("Replace"),
  properties: z.looseObject({ tags: z.record(z.string(), z.string()).default({}) }).prefault({}),
});

const MOST_TAGS = 50;

/** The tags of a registry. Source of the whole file: ARM, "Tags - … At Scope" (2021-04-01). */
export const getTags: ArmHandler = (call) => {
  const found = readable(call, "read");
  if ("refused" in found) return unchanged(found.refused);
  return unchanged({ status: 200, body: tagsResource(call, found.registry.tags) });
};

/** Merges, replaces or deletes tags. Delete takes those whose name and value both match. */
export const patchTags: ArmHandler = (call) =>
  write(call, ({ operation, tags }, old) => {
    switch (operation) {
      case "Merge":
        return { ...without(old, (name) => hasName(tags, name)), ...tags };
      case "Replace":
        return tags;
      case "Delete":
        return without(old, (name, value) => hasName(tags, name, value));
    }
  });

/** Replaces every tag. */
export const putTags: ArmHandler = (call) => write(call, ({ tags }) => tags);

/** Deletes every tag. */
export const deleteTags: ArmHandler = (call) => write(call, () => ({}));

function write(
  call: ArmCall,
  next: (sent: { operation: "Merge" | "Replace" | "Delete"; tags: Tags }, old: Tags) => Tags,
): ArmAnswer {
  const refused = writeRefusal(call, {});
  if (refused !== undefined) return unchanged(refused);
  const registry = call.context.store.find(registryIdOf(call));
  if (registry === undefined) return unchanged(notFound(call));
  const parsed = tagsBody.safeParse(call.request.body === "" ? {} : parseJson(call.request.body));
  if (!parsed.success) {
    return unchanged(armError(400, "InvalidRequestContent", z.prettifyError(parsed.error)));
  }
  const { operation, properties } = parsed.data;
  const tags = next({ operation, tags: properties.tags }, registry.tags);
  const wrong = tagProblem(tags);
  if (wrong !== undefined) return unchanged(armError(400, "InvalidTag", wrong));
  const author = { by: call.caller.objectId, byType: "Application" } as const;
  call.context.store.change(registry.id, { tags }, { author, method: "PATCH" });
  return { reply: { status: 200, body: tagsResource(call, tags) }, applied: true };
}

/** Source: Azure docs, "Use tags to organize resources" (limits); the code and the texts are our guess. */
function tagProblem(tags: Tags): string | undefined {
  const entries = Object.entries(tags);
  if (entries.length > MOST_TAGS) return `A resource may have ${MOST_TAGS} tags at most.`;
  const wrong = entries.find(
    ([name, value]) =>
      name.length > 512 ||
      value.length > 256 ||
      /[<>%&\\?/]/.test(name) ||
      /^(microsoft|azure|windows)/i.test(name),
  );
  return wrong === undefined ? undefined : `The tag '${wrong[0]}' is not valid.`;
}

function tagsResource(call: ArmCall, tags: Tags): unknown {
  return {
    id: `${registryIdOf(call)}/providers/Microsoft.Resources/tags/default`,
    name: "default",
    type: "Microsoft.Resources/tags",
    properties: { tags },
  };
}

function without(tags: Tags, unwanted: (name: string, value: string) => boolean): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([name, value]) => !unwanted(name, value)));
}

/** Names of tags match in any letter case, values do not. */
function hasName(tags: Tags, wanted: string, value?: string): boolean {
  return Object.entries(tags).some(
    ([name, itsValue]) => same(name, wanted) && (value === undefined || value === itsValue),
  );
}

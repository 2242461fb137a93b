import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";

/**
 * What the JSON schema of Adaptive Cards 1.5 has against the card; empty when nothing. Unlike the official parser it
 * sees misspelt properties and wrong primitive types. Source: github.com/microsoft/AdaptiveCards,
 * schemas/1.5.0/adaptive-card.json, MIT, Copyright (c) Microsoft Corporation.
 */
export function schemaProblems(card: unknown): readonly string[] {
  if (validate(card)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath} ${message ?? ""}`,
  );
}

const require = createRequire(import.meta.url);
const SCHEMA = new URL("adaptive-card-1.5.schema.json", import.meta.url);

function compile() {
  // `strict: false`: the schema is of draft 6 and has words of its own.
  const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: false, logger: false });
  // JSON files of the package and of this folder: both are objects.
  ajv.addMetaSchema(require("ajv/dist/refs/json-schema-draft-06.json") as object);
  const { id, ...schema } = JSON.parse(readFileSync(SCHEMA, "utf8")) as Record<string, unknown>;
  return ajv.compile({ ...schema, ...(typeof id === "string" ? { $id: id } : {}) });
}

const validate = compile();

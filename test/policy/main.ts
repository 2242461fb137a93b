import { readFile, writeFile } from "node:fs/promises";
import { policyPage } from "./policy-page.ts";

/** Writes the tables of docs/policy.md. */
const page = new URL("../../docs/policy.md", import.meta.url);
await writeFile(page, await policyPage(await readFile(page, "utf8")));

import { writeFile } from "node:fs/promises";
import { metricsPage } from "./metrics-page.ts";

/** Writes docs/metrics.md. */
await writeFile(new URL("../../docs/metrics.md", import.meta.url), await metricsPage());

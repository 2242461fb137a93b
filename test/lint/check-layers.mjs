// Runs the layer rules and fails when nothing was checked: with an unsupported compiler dependency-cruiser
// reports "no violations (0 modules)" and exits 0.
import { cruise } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import layers from "./layers.mjs";

const { output } = await cruise(
  ["src"],
  { ruleSet: layers, validate: true, ...layers.options },
  layers.options.enhancedResolveOptions,
  { tsConfig: extractTSConfig(layers.options.tsConfig.fileName) },
);
const { totalCruised, violations } = output.summary;
for (const { rule, from, to } of violations) {
  console.error(`${rule.severity} ${rule.name}: ${from} -> ${to}`);
}
console.log(`layers: ${totalCruised} modules checked, ${violations.length} violations`);
if (totalCruised === 0 || violations.length > 0) process.exitCode = 1;

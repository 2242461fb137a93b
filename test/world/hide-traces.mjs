// Preloaded into a product process: the optional packages for traces are as if they were not installed.
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isHidden = specifier.startsWith("@opentelemetry/") && specifier !== "@opentelemetry/api";
    return nextResolve(isHidden ? `${specifier}-that-is-not-there` : specifier, context);
  },
});

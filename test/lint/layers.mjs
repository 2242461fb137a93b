// The arrows between folders (ARCHITECTURE.md, "Layout"): domain <- application <- adapters <- app.ts <- main.ts.
/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true } },
    {
      name: "domain-is-pure",
      severity: "error",
      from: { path: "^src/domain" },
      to: { pathNot: "^src/domain|ipaddr" },
    },
    {
      name: "only-address-uses-ipaddr",
      severity: "error",
      from: { path: "^src/domain", pathNot: "^src/domain/address\\.ts$" },
      to: { path: "ipaddr" },
    },
    {
      name: "application-uses-domain-only",
      severity: "error",
      from: { path: "^src/application" },
      to: { pathNot: "^src/(application|domain)" },
    },
    {
      name: "adapters-do-not-know-each-other",
      severity: "error",
      from: { path: "^src/adapters/([^/]+)/" },
      to: { path: "^src/adapters/([^/]+)/", pathNot: "^src/adapters/$1/" },
    },
    {
      name: "nobody-imports-the-root",
      severity: "error",
      from: { path: "^src/(domain|application|adapters)/" },
      to: { path: "^src/[^/]+\\.ts$" },
    },
    {
      name: "product-does-not-know-its-tests",
      severity: "error",
      from: { path: "^src" },
      to: { path: "^test" },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node"] },
  },
};

// Which rules hold where. Run through `npm run lint`; the layers between folders are layers.mjs beside this file.
import { fileURLToPath } from "node:url";
import tseslint from "typescript-eslint";

const wallClock = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: "The store tells the time: take `now` as an argument.",
  },
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: "The store tells the time: take `now` as an argument.",
  },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: "Randomness is an argument, so that a test can repeat a run.",
  },
];

const environment = [
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: "Settings are read where a program begins, and handed on as a Config.",
  },
];

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", ".demo/"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: fileURLToPath(new URL("../..", import.meta.url)),
      },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
      eqeqeq: "error",
      "no-console": "error",
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          allowForKnownSafeCalls: [
            { from: "package", package: "node:test", name: ["describe", "it", "test", "suite"] },
          ],
        },
      ],
    },
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/main.ts", "src/cli/drawbridge.ts"],
    rules: { "no-restricted-syntax": ["error", ...environment] },
  },
  {
    files: ["src/domain/**/*.ts", "src/application/**/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...environment, ...wallClock] },
  },
  { files: ["test/**/*.ts"], rules: { "no-console": "off" } },
);

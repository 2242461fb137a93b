import { READ_IN_SOURCE } from "./azure-cli-source.ts";

/** What the pages use of the Azure CLI, by command. test/clients looks each up in the CLI's own help, where there is one. */
export const LOOKED_UP: Readonly<Record<string, readonly string[]>> = {
  "acr login": ["-n"],
  "acr network-rule add": [],
  "acr network-rule list": ["-n"],
  "acr network-rule remove": ["-n", "--ip-address"],
  "acr show": ["-n"],
  "acr update": [
    "-n",
    "--admin-enabled",
    "--anonymous-pull-enabled",
    "--default-action",
    "--public-network-enabled",
    "--sku",
  ],
  "ad user show": ["--id"],
  "bicep build": ["-f"],
  "bicep upgrade": [],
  "deployment group create": ["-g", "-n", "-p"],
  "deployment group show": ["-g", "-n"],
  "deployment group what-if": ["-g", "-p"],
  "group create": ["-n", "-l"],
  "group delete": ["-n"],
  "keyvault recover": ["-n"],
  login: [],
  "lock list": ["--resource"],
  "policy assignment delete": ["-n", "--scope"],
  "policy definition list": [],
  "policy state list": ["--resource"],
  "role assignment delete": ["--assignee", "--scope"],
  "role assignment list": ["--include-inherited", "--scope"],
  "role definition create": ["--role-definition"],
  "role definition list": ["--custom-role-only"],
  "tag update": ["--resource-id", "--operation", "--tags"],
};

/** Every command of the CLI that the pages may use, with its options. */
export const AZURE_CLI_OPTIONS = { ...LOOKED_UP, ...READ_IN_SOURCE };

/** What every command of the CLI takes. */
export const EVERYWHERE = ["--query", "-o"];

/** What is wrong with a command line of az, as far as the lists know. */
export function azureCliProblem(words: readonly string[]): string | undefined {
  const options = words.filter((word) => /^--?[a-z]/.test(word));
  const firstOption = words.findIndex((word) => word.startsWith("-"));
  const name = words.slice(0, firstOption === -1 ? words.length : firstOption).join(" ");
  const known = new Map(Object.entries(AZURE_CLI_OPTIONS)).get(name);
  if (known === undefined) return `az ${name} is not on the list of what was looked up`;
  const strange = options.filter((option) => ![...known, ...EVERYWHERE].includes(option));
  return strange.length === 0 ? undefined : `az ${name} is not known to take ${strange.join(", ")}`;
}

/**
 * What the pages use of the Azure CLI, by command. Looked up in `az … --help` of Debian's azure-cli, 2.45.0. That one
 * has no `containerapp` and its `keyvault secret` does not load: those were not checked.
 */
export const AZURE_CLI_OPTIONS: Readonly<Record<string, readonly string[]>> = {
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
  "containerapp env certificate list": ["-g", "-n"],
  "containerapp hostname add": ["-g", "-n", "--hostname"],
  "containerapp hostname bind": ["-g", "-n", "--hostname", "--environment", "--validation-method"],
  "containerapp job execution list": ["-g", "-n"],
  "containerapp job start": ["-g", "-n"],
  "containerapp logs show": ["-g", "-n", "--tail"],
  "containerapp revision list": ["-g", "-n"],
  "containerapp revision restart": ["-g", "-n", "--revision"],
  "deployment group create": ["-g", "-n", "-p"],
  "deployment group show": ["-g", "-n"],
  "deployment group what-if": ["-g", "-p"],
  "group create": ["-n", "-l"],
  "group delete": ["-n"],
  "keyvault recover": ["-n"],
  "keyvault secret show": ["-n", "--vault-name"],
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

/** What every command of the CLI takes. */
const EVERYWHERE = ["--query", "-o"];

/** What is wrong with a command line of az, as far as the list above knows. */
export function azureCliProblem(words: readonly string[]): string | undefined {
  const options = words.filter((word) => /^--?[a-z]/.test(word));
  const firstOption = words.findIndex((word) => word.startsWith("-"));
  const name = words.slice(0, firstOption === -1 ? words.length : firstOption).join(" ");
  const known = AZURE_CLI_OPTIONS[name];
  if (known === undefined) return `az ${name} is not on the list of what was looked up`;
  const strange = options.filter((option) => ![...known, ...EVERYWHERE].includes(option));
  return strange.length === 0 ? undefined : `az ${name} is not known to take ${strange.join(", ")}`;
}

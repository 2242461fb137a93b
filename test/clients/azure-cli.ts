import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AzureEmulator } from "../emulators/azure/emulator.ts";
import { parseJson } from "../emulators/azure/local-http.ts";
import { runClient, type ClientExit } from "./run-client.ts";

/** The Azure CLI of somebody whose cloud is the emulator. */
export type AzureCli = {
  /** Runs `az` with these words. */
  run(...args: readonly string[]): Promise<ClientExit>;
  /** What `az` printed as JSON; undefined when it printed nothing. Throws when it failed. */
  json(...args: readonly string[]): Promise<unknown>;
  /** Removes the CLI's configuration. */
  remove(): Promise<void>;
};

/** Where the CLI finds its managed identity. */
export type Machine = "App Service" | "a virtual machine's extension";

const CLOUD = "DrawbridgeEmulator";

/** A CLI with a configuration of its own, for which the emulator is registered as the cloud; not yet logged in. */
export async function startAzureCli(
  azure: AzureEmulator,
  machine: Machine = "App Service",
): Promise<AzureCli> {
  const folder = await mkdtemp(join(tmpdir(), "drawbridge-az-"));
  const env = { ...settings(azure, folder), ...identitySettings(azure, machine) };
  const run: AzureCli["run"] = (...args) => runClient("az", args, env);
  const cli: AzureCli = {
    run,
    async json(...args) {
      const { code, stdout, stderr } = await run(...args);
      assert.equal(code, 0, `az ${args.join(" ")}: ${stderr}`);
      return stdout.trim() === "" ? undefined : parseJson(stdout);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
  try {
    const config = join(folder, "cloud.json");
    await writeFile(config, JSON.stringify(cloudConfig(azure)));
    await cli.json("cloud", "register", "--name", CLOUD, "--cloud-config", `@${config}`);
    await cli.json("cloud", "set", "--name", CLOUD);
  } catch (error) {
    await cli.remove();
    throw error;
  }
  return cli;
}

/**
 * All but ARM is as in the public cloud: the CLI takes the resource of its tokens from here. Nobody is asked at the
 * other addresses, since a managed identity's tokens come from the machine.
 */
function cloudConfig(azure: AzureEmulator): unknown {
  return {
    endpoints: {
      resourceManager: azure.armUrl,
      management: "https://management.core.windows.net/",
      activeDirectory: "https://login.microsoftonline.com",
      activeDirectoryResourceId: "https://management.core.windows.net/",
      activeDirectoryGraphResourceId: "https://graph.windows.net/",
    },
    suffixes: { acrLoginServerEndpoint: ".localhost" },
  };
}

function settings(azure: AzureEmulator, folder: string): Readonly<Record<string, string>> {
  return {
    HOME: folder,
    AZURE_CONFIG_DIR: join(folder, "azure"),
    AZURE_CORE_COLLECT_TELEMETRY: "false",
    AZURE_CORE_SURVEY_MESSAGE: "false",
    AZURE_CORE_ONLY_SHOW_ERRORS: "true",
    AZURE_CORE_OUTPUT: "json",
    AZURE_EXTENSION_USE_DYNAMIC_INSTALL: "no",
    REQUESTS_CA_BUNDLE: azure.caFile,
  };
}

function identitySettings(
  azure: AzureEmulator,
  machine: Machine,
): Readonly<Record<string, string>> {
  if (machine !== "App Service") return { MSI_ENDPOINT: azure.tokenUrl };
  // CLI 2.45 knows App Service by its site name and takes the older pair (msrestazure's MSIAuthentication), newer ones
  // take the newer pair (MSAL).
  return {
    APPSETTING_WEBSITE_SITE_NAME: "drawbridge",
    MSI_ENDPOINT: azure.tokenUrl,
    MSI_SECRET: azure.identityHeader,
    IDENTITY_ENDPOINT: azure.tokenUrl,
    IDENTITY_HEADER: azure.identityHeader,
  };
}

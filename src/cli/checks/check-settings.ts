import { loadStoreConfig, type StoreConfig } from "../../command-config.ts";
import { ConfigError, loadConfig, type Config, type Secrets } from "../../config.ts";
import { fail, pass, warn, type Diagnosis } from "./check.ts";

/** As much of the settings as can be used; what is missing can't be looked at. */
export type UsableSettings = {
  readonly diagnoses: readonly Diagnosis[];
  /** `undefined` when not even the policy file and the store are known. */
  readonly store: StoreConfig | undefined;
  /** `undefined` when some setting is wrong. */
  readonly config: Config | undefined;
  readonly secrets: Partial<Secrets>;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the settings as a process of their role would; each that is wrong is a diagnosis of its own. */
export function usableSettings(environment: Environment): UsableSettings {
  try {
    const { config, secrets } = loadConfig(environment);
    const diagnoses = [pass(`Every setting of the role ${config.role} can be used.`)];
    if (config.role !== "bot" && config.ledger === "off") {
      const says = "LEDGER is off: when the store is lost, nobody knows which rules are ours.";
      diagnoses.push(warn(says, "openssl rand -base64 32"));
    }
    return { diagnoses, store: config, config, secrets };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [, ...lines] = error.message.split("\n");
    const diagnoses = lines.map((line) => fail(line.trim(), mendOf(line)));
    return { diagnoses, config: undefined, ...storeSettings(environment) };
  }
}

function storeSettings(environment: Environment): Pick<UsableSettings, "store" | "secrets"> {
  try {
    const { config, secrets } = loadStoreConfig(environment);
    return { store: config, secrets };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { store: undefined, secrets: {} };
  }
}

function mendOf(line: string): string {
  const [name = ""] = line.trim().split(":");
  return MENDS[name] ?? `grep -n -B3 ${name} .env.example`;
}

const MENDS: Readonly<Record<string, string>> = {
  LEDGER_KEY: "openssl rand -base64 32",
  DRAWBRIDGE_POLICY: "cp deployment/policy.example.yaml policy.yaml",
};

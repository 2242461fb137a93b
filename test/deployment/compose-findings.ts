import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DCLinter } from "dclint";
import { parseEnv } from "node:util";
import {
  parseCompose,
  variablesOf,
  type ComposeFile,
  type ComposeService,
} from "./compose-file.ts";
import { isSecretName } from "./secret-names.ts";

/** What a compose file is held against. */
export type ComposeSurroundings = {
  /** Text of the environment file that people copy. */
  readonly variables: string;
  /** Names of all settings. */
  readonly settings: ReadonlySet<string>;
  readonly version: string;
  /** The rights that docs/redis.md gives, one a word. */
  readonly redisRights: readonly string[];
};

const LEAST_STOP_SECONDS = 10;
const RULES: ConstructorParameters<typeof DCLinter>[0]["rules"] = {
  "service-keys-order": 0,
  "top-level-properties-order": 0,
  "require-quotes-in-ports": [2, { quoteType: "double" }],
};

/** Everything that is wrong with it, in words: what a linter knows, and what matters here. */
export function findingsOfCompose(
  text: string,
  surroundings: ComposeSurroundings,
): readonly string[] {
  const linted = lint(text);
  // What the schema refuses may have no form to look at.
  if (linted.some((one) => one.startsWith("invalid-"))) return linted;
  const compose = parseCompose(text);
  const services = Object.entries(compose.services);
  return [
    ...linted,
    ...services.flatMap(([name, service]) =>
      [
        ...findingsOfHardening(service),
        ...findingsOfDoors(name, service),
        ...findingsOfSettings(name, service, surroundings),
      ].map((finding) => `${name}: ${finding}`),
    ),
    ...findingsOfVariables(text, surroundings.variables),
    ...findingsOfRedis(compose, surroundings.redisRights),
  ];
}

/** With all of the linter's rules, but for the order of keys: here they stand by what they are about. */
function lint(text: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "drawbridge-compose-"));
  try {
    const path = join(folder, "compose.yaml");
    writeFileSync(path, text);
    const linter = new DCLinter({ rules: RULES, quiet: false, debug: false, exclude: [] });
    return linter
      .lintFiles([path], false)
      .flatMap(({ messages }) => messages)
      .map(({ rule, line, message }) => `${rule}, line ${line}: ${message}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function findingsOfHardening(service: ComposeService): readonly string[] {
  const wanted: readonly (readonly [boolean, string])[] = [
    [service.read_only, "its file system can be written to"],
    [service.cap_drop.includes("ALL") && service.cap_add.length === 0, "it has capabilities"],
    [service.security_opt.includes("no-new-privileges:true"), "it may gain privileges"],
    [!service.privileged, "it is privileged"],
    [service.init, "a signal may be missed"],
    [service.mem_limit !== undefined, "its memory has no limit"],
    [service.restart === "unless-stopped", "it does not come back"],
    [secondsOf(service.stop_grace_period) > LEAST_STOP_SECONDS, "it is killed before it stopped"],
  ];
  return wanted.filter(([holds]) => !holds).map(([, finding]) => finding);
}

function findingsOfDoors(name: string, { ports, volumes }: ComposeService): readonly string[] {
  const open = ports.filter((port) => !port.startsWith("127.0.0.1:"));
  // The operations port alone, but for the bot.
  const more = ports.filter(
    (port) => name !== "bot" && (name !== "worker" || !port.endsWith(":3979")),
  );
  return [
    ...open.map((port) => `${port} is open to others than this host`),
    ...more.map((port) => `${port} is published`),
    ...volumes
      .filter(({ type, read_only: isReadOnly }) => type === "bind" && !isReadOnly)
      .map(({ target }) => `${target} of the host can be written to`),
  ];
}

/** Whose secret is whose: a bot that is taken over has no key of the ledger, a worker no password of the bot. */
const NOT_FOR: Readonly<Record<string, RegExp>> = {
  bot: /^(LEDGER_KEY|AZURE_.*)$/,
  worker: /^(Microsoft.*|PUBLIC_URL|PORT)$/,
};

function findingsOfSettings(
  name: string,
  { image, environment }: ComposeService,
  { settings, version }: ComposeSurroundings,
): readonly string[] {
  const entries = Object.entries(environment);
  const literal = entries
    .filter(([key, value]) => isSecretName(key) && !value.includes("${"))
    .map(([key]) => `${key} stands in the file`);
  if (name === "redis") return literal;
  return [
    ...literal,
    ...(image === `drawbridge:${version}` ? [] : [`${image} is not version ${version}`]),
    ...entries.flatMap(([key]) => (settings.has(key) ? [] : [`${key} is no setting`])),
    ...entries.flatMap(([key]) => (NOT_FOR[name]?.test(key) ? [`${key} is not its business`] : [])),
  ];
}

function findingsOfVariables(text: string, example: string): readonly string[] {
  const given = new Set(Object.keys(parseEnv(example)));
  const taken = variablesOf(text);
  return [
    ...[...taken].filter((name) => !given.has(name)).map((name) => `${name}: in no example`),
    ...[...given].filter((name) => !taken.has(name)).map((name) => `${name}: nothing takes it`),
  ];
}

function findingsOfRedis({ services, networks }: ComposeFile, rights: readonly string[]) {
  const redis = services["redis"];
  if (redis === undefined) return ["redis: is not there"];
  const said = redis.command.join("\n");
  const lacking = ["appendonly yes", "appendfsync always", "maxmemory-policy noeviction"]
    .filter((line) => !said.split("\n").includes(line))
    .map((line) => `redis: does not say ${line}`);
  const user = /^user drawbridge .*$/m.exec(said)?.[0].split(" ") ?? [];
  const isOff = /^user default off$/m.test(said);
  const differing = [
    ...user.filter((word) => /^[-+~&]/.test(word) && !rights.includes(word)),
    ...rights.filter((word) => !user.includes(word)),
  ];
  const isOutside = redis.networks.some((name) => networks[name]?.internal !== true);
  return [
    ...lacking,
    ...(isOff ? [] : ["redis: takes anybody"]),
    ...differing.map((word) => `redis: ${word} is in one of the line and docs/redis.md only`),
    ...(isOutside || redis.networks.length === 0 ? ["redis: can be reached from outside"] : []),
  ];
}

function secondsOf(text: string): number {
  return Number(/^(\d+)s$/.exec(text)?.[1] ?? 0);
}

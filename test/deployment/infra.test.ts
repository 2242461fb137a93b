import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { loadConfig } from "../../src/config.ts";
import { bicep, bicepFiles, declarations, environmentOf } from "./bicep-text.ts";

const page = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

const GUID = "22222222-2222-4222-8222-222222222222";
/** What the expressions of the templates come to, in one installation. */
const VALUES: Readonly<Record<string, string>> = {
  clientId: GUID,
  "subscription().tenantId": GUID,
  redisUrl: "rediss://drawbridge-abc.westeurope.redis.azure.net:10000",
  publicUrl: "https://drawbridge-bot.niceisland-1234.westeurope.azurecontainerapps.io",
  logLevel: "info",
  "'ledger-key'": "0123456789abcdef0123456789abcdef",
  "string(ports.public)": "3978",
  "string(ports.operations)": "3979",
  "string(operationsPort)": "3979",
};

function settingsOf(file: string): Record<string, string> {
  return Object.fromEntries(
    [...environmentOf(file)].map(([name, expression]) => {
      const value = VALUES[expression] ?? /^'([^'$]*)'$/.exec(expression)?.[1];
      assert.ok(value !== undefined, `${file} sets ${name} to ${expression}: what is that?`);
      return [name, value];
    }),
  );
}

const BOT = "modules/bot-app.bicep";
const WORKER = "modules/worker-app.bicep";
const SWEEP = "modules/sweep-job.bicep";

describe("the settings in deployment/infra", () => {
  it("are all in .env.example", () => {
    const known = page(".env.example");
    for (const file of [BOT, WORKER, SWEEP]) {
      for (const name of environmentOf(file).keys()) {
        assert.match(known, new RegExp(`^(# )?${name}=`, "m"), `${file}: ${name}`);
      }
    }
  });

  it("are what a bot starts with: without a password, its pages for probes off loopback", () => {
    const { config, secrets } = loadConfig(settingsOf(BOT));
    assert.equal(config.role, "bot");
    assert.deepEqual(config.store, { kind: "redis", prefix: "drawbridge", credential: "entra" });
    assert.equal(config.bot?.appType, "UserAssignedMSI");
    assert.match(JSON.stringify(config), /"clientAddress":\{"profile":"container-apps"\}/);
    assert.notEqual(
      config.links,
      undefined,
      "without a public URL nobody can ask for their own IP",
    );
    assert.deepEqual(config.http, { host: "0.0.0.0", port: 3978 });
    assert.deepEqual(config.operations, { host: "0.0.0.0", port: 3979 });
    assert.equal(secrets.appPassword, undefined);
    assert.equal(secrets.ledgerKeys, undefined, "a bot needs no key of the ledger");
  });

  it("are what a worker starts with: with the ledger on, and nothing of the bot", () => {
    const { config, secrets } = loadConfig(settingsOf(WORKER));
    assert.equal(config.role, "worker");
    assert.equal(config.bot, undefined);
    assert.equal(config.ledger, "tags");
    assert.equal(config.azure.clientId, GUID);
    assert.deepEqual(config.operations, { host: "0.0.0.0", port: 3979 });
    assert.notEqual(secrets.ledgerKeys, undefined);
  });

  it("are what the dead man's handle runs with, which knows no store", () => {
    const settings = settingsOf(SWEEP);
    const [, words = ""] = /args: \[(.*)\]/.exec(bicep(SWEEP)) ?? [];
    const args = [...words.matchAll(/'(.*?)'/g)].map(([, word = ""]) => word);
    const program = fileURLToPath(new URL("../../src/cli/drawbridge.ts", import.meta.url));
    // It gets as far as the policy file, which is not mounted here: every setting was taken.
    const run = spawnSync(process.execPath, [program, ...args], {
      env: { ...settings, DRAWBRIDGE_POLICY: "/nowhere/policy.yaml" },
      encoding: "utf8",
      timeout: 30_000,
    });
    assert.equal(run.status, 2, run.stderr);
    assert.match(run.stderr, /\/nowhere\/policy\.yaml/);
    assert.equal(settings["AZURE_CLIENT_ID"], GUID);
    assert.equal(settings["REDIS_URL"], undefined);
    assert.deepEqual(args, ["sweep", "--from-ledger"]);
  });

  it("hold the policy where the file is mounted", () => {
    for (const file of [BOT, WORKER, SWEEP]) {
      assert.equal(settingsOf(file)["DRAWBRIDGE_POLICY"], "/etc/drawbridge/policy.yaml");
      assert.match(bicep(file), /mountPath: '\/etc\/drawbridge'/);
      assert.match(bicep(file), /secrets: \[\{ secretRef: 'policy', path: 'policy.yaml' \}\]/);
    }
  });
});

describe("the ways in", () => {
  it("lead to the public port of the bot alone", () => {
    assert.match(bicep(BOT), /targetPort: ports\.public\n/);
    assert.doesNotMatch(bicep(BOT), /additionalPortMappings/);
    for (const file of [WORKER, SWEEP]) assert.doesNotMatch(bicep(file), /ingress:/);
  });

  it("let probes reach the operations port", () => {
    for (const [file, port] of [
      [BOT, "ports.operations"],
      [WORKER, "operationsPort"],
    ] as const) {
      const probes = [
        ...bicep(file).matchAll(/type: '(\w+)'\n *httpGet: \{ path: '(\S+)', port: (\S+) \}/g),
      ].map(([, kind, path, at]) => [kind, path, at]);
      assert.deepEqual(probes, [
        ["Startup", "/healthz", port],
        ["Liveness", "/healthz", port],
        ["Readiness", "/readyz", port],
      ]);
    }
  });
});

const SIX = [
  "Microsoft.ContainerRegistry/registries/read",
  "Microsoft.ContainerRegistry/registries/write",
  "Microsoft.ContainerRegistry/registries/operationStatuses/read",
  "Microsoft.ContainerRegistry/registries/listUsages/read",
  "Microsoft.Resources/tags/read",
  "Microsoft.Resources/tags/write",
];

describe("the rights in Azure", () => {
  it("are six actions, by their names", () => {
    const [, actions = ""] =
      /\bactions: \[\n([\s\S]*?)\n *\]/.exec(bicep("modules/role.bicep")) ?? [];
    assert.deepEqual(
      [...actions.matchAll(/'(.+)'/g)].map(([, action]) => action),
      SIX,
    );
    assert.doesNotMatch(bicep("modules/role.bicep"), /\*|dataActions: \[\n/);
  });

  it("are the same in the role that operators.md shows for the Azure CLI", () => {
    const [, text = ""] =
      /```json\n(\{\n *"Name": "Drawbridge[\s\S]*?)```/.exec(page("docs/operators.md")) ?? [];
    const role: unknown = JSON.parse(text);
    assert.ok(
      typeof role === "object" && role !== null && "Actions" in role && "DataActions" in role,
    );
    assert.deepEqual(role.Actions, SIX);
    assert.deepEqual(role.DataActions, []);
  });

  it("are the worker's: the bot's identity may use the store, and holds no role", () => {
    const main = bicep("main.bicep");
    assert.match(
      main,
      /principalIds: \[identities\.outputs\.botPrincipalId, identities\.outputs\.workerPrincipalId\]/,
    );
    assert.equal(main.split("botPrincipalId").length - 1, 1);
    const assigning = bicepFiles().filter((file) => bicep(file).includes("/roleAssignments@"));
    assert.deepEqual([...assigning].sort(), [
      "modules/image-pull.bicep",
      "modules/registry-access.bicep",
      "modules/vault.bicep",
    ]);
    for (const [module, whom] of [
      ["imagePull", "principalId: identities.outputs.pullPrincipalId"],
      ["registryAccess", "workerPrincipalId: identities.outputs.workerPrincipalId"],
      ["vault", "workerPrincipalId: identities.outputs.workerPrincipalId"],
    ] as const) {
      const [, body = ""] =
        new RegExp(`^module ${module} ([\\s\\S]*?)^[}\\]]`, "m").exec(main) ?? [];
      assert.ok(body.includes(whom), `${module} is not for ${whom}`);
      assert.equal(body.match(/rincipalId: /g)?.length, 1, module);
    }
  });

  it("are guarded: an admin user and anonymous pull are denied, on each registry of the policy", () => {
    const guard = bicep("modules/guard-definition.bicep");
    for (const setting of ["adminUserEnabled", "anonymousPullEnabled"]) {
      assert.match(guard, new RegExp(`registries/${setting}'\\n *equals: true`));
    }
    assert.match(guard, /then: \{ effect: 'deny' \}/);
    assert.match(
      bicep("modules/registry-access.bicep"),
      /scope: registry\n *name: 'drawbridge-guard'/,
    );
    assert.match(bicep("main.bicep"), /param guardRegistries bool = true/);
  });
});

describe("the store in Azure", () => {
  it("forgets nothing under pressure, is written to a file, and takes no keys", () => {
    const redis = bicep("modules/redis.bicep");
    for (const line of [
      "evictionPolicy: 'NoEviction'",
      "clusteringPolicy: 'NoCluster'",
      "accessKeysAuthentication: 'Disabled'",
      "clientProtocol: 'Encrypted'",
      "aofEnabled: true",
      "port: 10000",
    ]) {
      assert.ok(redis.includes(line), line);
    }
  });
});

describe("parameters and outputs", () => {
  it("say what they are for", () => {
    for (const file of bicepFiles()) {
      for (const kind of ["param", "output"] as const) {
        for (const { name, decorators } of declarations(bicep(file), kind)) {
          assert.match(decorators, /^@description\('.{3,}'\)$/m, `${file}: ${kind} ${name}`);
        }
      }
    }
  });

  it("show no secret to anybody", () => {
    for (const file of bicepFiles()) {
      const text = bicep(file);
      const secret = declarations(text, "param")
        .filter(
          ({ name, decorators }) => decorators.includes("@secure()") || /password|key$/i.test(name),
        )
        .map(({ name, decorators }) => {
          assert.match(decorators, /^@secure\(\)$/m, `${file}: ${name} is not @secure()`);
          return name;
        });
      for (const { line, name } of declarations(text, "output")) {
        assert.doesNotMatch(name, /password|secret|token|connection|key$/i, `${file}: ${name}`);
        const value = line.slice(line.indexOf("="));
        assert.doesNotMatch(value, /\blist[A-Z]\w*\(|\.value\b|sharedKey/, `${file}: ${line}`);
        for (const param of secret) assert.doesNotMatch(value, new RegExp(`\\b${param}\\b`), line);
      }
    }
  });

  it("of the example are all that main.bicep wants, and the registry is the one of the example policy", () => {
    const example = bicep("main.bicepparam");
    const given = [...example.matchAll(/^param (\w+) =/gm)].map(([, name]) => name);
    const wanted = declarations(bicep("main.bicep"), "param");
    for (const name of given)
      assert.ok(
        wanted.some((one) => one.name === name),
        `no param ${name ?? ""}`,
      );
    for (const { name, line } of wanted) {
      if (!line.includes(" = ")) assert.ok(given.includes(name), `${name} is not given`);
    }
    const [, id = "none"] = /^ *id: (\S+)$/m.exec(page("deployment/policy.example.yaml")) ?? [];
    assert.ok(example.includes(`'${id}'`));
    assert.match(example, /loadTextContent\('\.\.\/policy\.example\.yaml'\)/);
  });
});

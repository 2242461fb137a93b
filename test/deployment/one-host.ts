import { chmod, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseEnv } from "node:util";
import type { TeamsPerson } from "../emulators/teams/people.ts";
import { freePort } from "../free-port.ts";
import { redisStoreAt } from "../world/store-choice.ts";
import { startWorld, type World } from "../world/world.ts";
import { interpolated, parseCompose } from "./compose-file.ts";
import { startComposeRedis } from "./compose-redis.ts";
import { confinement } from "./confinement.ts";
import { startImage, type ImageProcess } from "./image-process.ts";
import { playDockerfile, type PlayedImage } from "./play-dockerfile.ts";

/** What deployment/compose.yaml describes, on this machine, with Azure and Teams emulated. */
export type OneHost = {
  readonly world: World;
  readonly image: PlayedImage;
  /** How the processes are confined, in words. */
  readonly confined: string;
  start(role: "bot" | "worker"): Promise<ImageProcess>;
};

const PASSWORD = "0123456789abcdef0123456789abcdef";

/**
 * Builds the image's files and starts the store; the roles are started on demand. `atEnd` is told what to do in the
 * end, last first, also when not everything starts.
 */
export async function startOneHost(
  approvers: readonly TeamsPerson[],
  atEnd: (end: () => Promise<void>) => void,
): Promise<OneHost> {
  const folder = await mkdtemp(join(tmpdir(), "drawbridge-one-host-"));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  // A user without rights has to get at the image and at nothing else in it.
  await chmod(folder, 0o755);
  const built = join(folder, "image");
  await mkdir(built);
  const image = playDockerfile(await read("Dockerfile"), built);
  const compose = parseCompose(await read("compose.yaml"));
  const { bot, worker, redis } = compose.services;
  if (bot === undefined || worker === undefined || redis === undefined) {
    throw new Error("The compose file has a bot, a worker and redis.");
  }
  const values = {
    ...parseEnv(await read("compose.env.example")),
    REDIS_PASSWORD: PASSWORD,
    LEDGER_KEY: "a key that only the worker of this host knows",
    MicrosoftAppId: "22222222-2222-4222-8222-222222222222",
    MicrosoftAppTenantId: "11111111-1111-4111-8111-111111111111",
  };
  const store = await startComposeRedis(redis, values, folder);
  atEnd(() => store.stop());
  const address = `127.0.0.1:${String(store.port)}`;
  const world = await startWorld({
    store: redisStoreAt(`redis://drawbridge:${PASSWORD}@${address}`),
    policy: { approvers },
    holdSeconds: 10,
  });
  atEnd(() => world.stop());
  const { DRAWBRIDGE_POLICY: policy = "", NODE_EXTRA_CA_CERTS: authority = "" } = world.settings;
  for (const file of [policy, authority]) await chmod(dirname(file), 0o755);

  const confined = confinement(image.user, image.folder);
  // The names of the network that compose makes, and of this machine's surroundings.
  const elsewhere = async () => ({
    ...pick(world.settings, ["DRAWBRIDGE_POLICY", "PORT", "PUBLIC_URL", "NODE_EXTRA_CA_CERTS"]),
    ...pick(world.settings, ["BOT_OPENID_METADATA_URL", "BOT_CONNECTOR_ORIGINS", "ARM_ENDPOINT"]),
    ...pick(world.settings, ["IDENTITY_ENDPOINT", "IDENTITY_HEADER", "HOLD_SECONDS"]),
    HOST: "127.0.0.1",
    OPERATIONS_HOST: "127.0.0.1",
    OPERATIONS_PORT: String(await freePort()),
  });
  return {
    world,
    image,
    confined: confined.words,
    async start(role) {
      const { environment } = role === "bot" ? bot : worker;
      const given = Object.entries(environment).map(([name, value]) => [
        name,
        interpolated(value, values).replace("@redis:6379", `@${address}`),
      ]);
      const settings = Object.fromEntries(given) as Record<string, string>;
      return startImage(image, confined, { ...settings, ...(await elsewhere()) });
    },
  };
}

function read(file: string): Promise<string> {
  return readFile(new URL(`../../deployment/${file}`, import.meta.url), "utf8");
}

function pick(settings: World["settings"], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, settings[name] ?? ""]));
}

import { parse } from "yaml";
import { z } from "zod";

const texts = z.record(z.string(), z.coerce.string());
const service = z.object({
  image: z.string(),
  command: z.array(z.string()).default([]),
  environment: texts.default({}),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  volumes: z
    .array(
      z.object({ type: z.string(), target: z.string(), read_only: z.boolean().default(false) }),
    )
    .default([]),
  init: z.boolean().default(false),
  privileged: z.boolean().default(false),
  read_only: z.boolean().default(false),
  cap_add: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  mem_limit: z.string().optional(),
  restart: z.string().default("no"),
  stop_grace_period: z.string().default("10s"),
});
const file = z.object({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.object({ internal: z.boolean().default(false) })).default({}),
});

/** What a compose file says of its services, with anchors followed and nothing put in for variables. */
export type ComposeFile = z.output<typeof file>;
export type ComposeService = z.output<typeof service>;

export function parseCompose(text: string): ComposeFile {
  return file.parse(parse(text, { merge: true }));
}

/**
 * Puts in what the environment file says, as Compose does (docs.docker.com, "Interpolation"): `${A}`, `${A:-otherwise}`
 * and `${A:?why}`, which throws when it is empty; `$$` is `$`.
 */
export function interpolated(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(VARIABLE, (_, name?: string, kind?: string, rest?: string) => {
    if (name === undefined) return "$";
    const value = values[name] ?? "";
    if (value !== "") return value;
    if (kind === ":?") throw new Error(`${name} is not set: ${rest ?? ""}`);
    return kind === ":-" ? (rest ?? "") : "";
  });
}

/** The variables that a compose file takes from its environment file. */
export function variablesOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(VARIABLE)].flatMap(([, name]) => name ?? []));
}

const VARIABLE = /\$(?:\$|\{(\w+)(?:(:[-?])([^}]*))?\})/g;

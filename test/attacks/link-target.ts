import { linkOn } from "../world/link-on-card.ts";
import { askForLink } from "../world/link-visitor.ts";
import type { AttackWorld } from "./attack.ts";

/** A link that nobody has used yet, and where it leads. */
export type Target = {
  readonly path: string;
  readonly host: string;
  readonly port: number;
  readonly id: string;
  readonly secret: string;
};

/** Each visit comes from another address, so that none is held off for the others'. */
let visitors = 0;
const links = new WeakMap<AttackWorld, { readonly target: Promise<Target>; readonly at: number }>();
const LINK_LASTS_MS = 8 * 60_000;

/** Robin's; it is left as it was, so many attempts share it. */
export function aLink(world: AttackWorld): Promise<Target> {
  const known = links.get(world);
  if (known !== undefined && performance.now() - known.at < LINK_LASTS_MS) return known.target;
  const target = newLink(world);
  links.set(world, { target, at: performance.now() });
  return target;
}

/** Which makes useless whatever link they had before. */
export async function newLink(
  world: AttackWorld,
  who: "robin" | "dana" = "robin",
): Promise<Target> {
  const card = await askForLink(world.client(who), "allow my IP for 4h on acrdemomagic");
  const { host, port, pathname: path } = new URL(linkOn(card));
  const [id = "", secret = ""] = path.slice("/p/".length).split(".");
  return { path, host, port: Number(port), id, secret };
}

/** A request as somebody sends it; `headers` come on top, and `host` is the link's own unless it says otherwise. */
export function sent(
  line: string,
  { host }: Pick<Target, "host">,
  headers: readonly string[] = [],
  body = "",
): string {
  const from = `x-forwarded-for: 203.0.113.${String((visitors = (visitors + 1) % 250))}`;
  const hosts = headers.some((header) => /^host:/i.test(header)) ? [] : [`host: ${host}`];
  const all = [...hosts, from, "connection: close", ...headers];
  return `${line} HTTP/1.1\r\n${all.join("\r\n")}\r\n\r\n${body}`;
}

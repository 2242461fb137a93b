import { z } from "zod";
import type { ClientProfile } from "./adapters/web/client-address.ts";
import { guid } from "./setting-fields.ts";

/** Where the page for one-time links is reached from outside. */
export type LinkConfig = {
  /** Origin of the page, as people open it. */
  readonly publicUrl: string;
  /** Origin of the same page under a name without an IPv6 address. */
  readonly ipv4Url: string | undefined;
};

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** A link is as good as a password for ten minutes, so it goes over TLS; on loopback nobody listens. */
const publicOrigin = z
  .url({ protocol: /^https?$/, error: "must be an https URL" })
  .refine((text) => text.startsWith("https:") || LOOPBACK.has(new URL(text).hostname), {
    error: "must be an https URL",
  })
  .refine((text) => ["", "/"].includes(new URL(text).pathname), {
    error: "must be an origin such as https://host, without a path",
  })
  .transform((text) => new URL(text).origin);

/** The settings of links, as they stand in the environment. */
export const linkSettings = {
  PUBLIC_URL: publicOrigin.optional(),
  PROOF_IPV4_URL: publicOrigin.optional(),
  CLIENT_ADDRESS: z
    .enum(
      ["direct", "container-apps", "app-service", "front-door"],
      "must be direct, container-apps, app-service or front-door",
    )
    .default("direct"),
  FRONT_DOOR_ID: guid.optional(),
};

/** What none of them shows by itself. */
export function complaintsOfLinks(
  given: Readonly<Record<string, string | undefined>>,
): readonly { readonly name: string; readonly message: string }[] {
  if (given["CLIENT_ADDRESS"] === "front-door" && given["FRONT_DOOR_ID"] === undefined) {
    const message = "is needed with CLIENT_ADDRESS=front-door";
    return [{ name: "FRONT_DOOR_ID", message }];
  }
  if (given["PROOF_IPV4_URL"] !== undefined && given["PUBLIC_URL"] === undefined) {
    return [{ name: "PUBLIC_URL", message: "is needed with PROOF_IPV4_URL" }];
  }
  return [];
}

/** `undefined` when no public URL is set: then there are no links. */
export function linkConfig(
  data: z.output<z.ZodObject<typeof linkSettings>>,
): LinkConfig | undefined {
  const { PUBLIC_URL: publicUrl, PROOF_IPV4_URL: ipv4Url } = data;
  return publicUrl === undefined ? undefined : { publicUrl, ipv4Url };
}

/** What stands in front of the public server, with links or without. */
export function clientProfile({
  CLIENT_ADDRESS: profile,
  FRONT_DOOR_ID: id = "",
}: z.output<z.ZodObject<typeof linkSettings>>): ClientProfile {
  return profile === "front-door" ? { profile, frontDoorId: id.toLowerCase() } : { profile };
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runClient, type ClientExit } from "./run-client.ts";

/** What `az acr login --expose-token` hands out, for a user name that says "a token" to the registry. */
export type RegistryCredentials = { readonly username: string; readonly password: string };

/**
 * `skopeo inspect` of an image, with TLS verified against that authority alone, and in a home of its own, so that
 * nobody's saved logins or registry settings take part.
 */
export async function inspectImage(
  image: string,
  caFile: string,
  credentials?: RegistryCredentials,
): Promise<ClientExit> {
  const home = await mkdtemp(join(tmpdir(), "drawbridge-skopeo-"));
  const login =
    credentials === undefined
      ? ["--no-creds"]
      : ["--creds", `${credentials.username}:${credentials.password}`];
  const env = {
    HOME: home,
    XDG_RUNTIME_DIR: home,
    SSL_CERT_FILE: caFile,
    SSL_CERT_DIR: home,
  };
  try {
    const args = ["inspect", "--tls-verify=true", ...login, `docker://${image}`];
    return await runClient("skopeo", args, env);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

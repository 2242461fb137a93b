import { resolve6 } from "node:dns/promises";
import { isIP } from "node:net";
import type { Config } from "../../config.ts";
import type { LinkConfig } from "../../link-settings.ts";
import { fail, pass, warn, type Check, type Diagnosis } from "./check.ts";

/** A link that nobody has: the page answers it, and nothing else would answer it so. */
const NO_LINK = "/p/drawbridge-doctor";

/** Where people open their links: over TLS, reachable, and with the right idea of who calls. */
export function checkPublicUrl({
  links,
  clientAddress,
}: Pick<Config, "links" | "clientAddress">): readonly Check[] {
  if (links === undefined) {
    const says = 'PUBLIC_URL is not set: nobody can ask for "my IP", and addresses are typed.';
    return [{ name: "public URL", look: () => Promise.resolve([warn(says)]) }];
  }
  const { publicUrl, ipv4Url } = links;
  return [
    pageAt("public URL", "PUBLIC_URL", publicUrl),
    ...(ipv4Url === undefined ? [] : [pageAt("IPv4 URL", "PROOF_IPV4_URL", ipv4Url)]),
    { name: "IPv4 URL, names", look: (signal) => namesOf(links, signal) },
    { name: "client address", look: () => Promise.resolve([seenAddress(links, clientAddress)]) },
  ];
}

function pageAt(name: string, setting: string, origin: string): Check {
  const mend = `curl -sSI ${origin}${NO_LINK}`;
  return {
    name,
    mend,
    async look(signal) {
      const tls = origin.startsWith("https:")
        ? []
        : [
            fail(
              `${setting} is no https URL: links work on this machine only.`,
              `${setting}=https://…`,
            ),
          ];
      const response = await fetch(`${origin}${NO_LINK}`, {
        method: "HEAD",
        redirect: "manual",
        signal,
      });
      await response.body?.cancel();
      return [...tls, pageDiagnosis(response, setting, mend)];
    },
  };
}

function pageDiagnosis({ status, headers }: Response, setting: string, mend: string): Diagnosis {
  if (status === 421) {
    const says = `Something of ours answers there, and says that it is reached by another name: its ${setting} differs, or CLIENT_ADDRESS does not fit what stands in front.`;
    return fail(says, mend);
  }
  const isOurs = status === 404 && headers.get("x-robots-tag") !== null;
  return isOurs
    ? pass("The page of links answers there.")
    : fail(`Something else answers there (HTTP ${String(status)}).`, mend);
}

/** The second name is for those who come over IPv6: it must not have such an address itself. */
async function namesOf(
  { publicUrl, ipv4Url }: LinkConfig,
  signal: AbortSignal,
): Promise<readonly Diagnosis[]> {
  const name = new URL(ipv4Url ?? publicUrl).hostname;
  if (isIP(name.replace(/^\[|\]$/g, "")) !== 0 || name === "localhost") {
    return [pass(`${name} is no name that has to be looked up.`)];
  }
  const has = await hasSix(name, signal);
  if (!has) return [pass(`${name} has no IPv6 address.`)];
  const mend = `dig AAAA ${name}`;
  return ipv4Url === undefined
    ? [
        warn(
          "PUBLIC_URL has an IPv6 address, and registry rules take IPv4 only: set PROOF_IPV4_URL to a name without one.",
          mend,
        ),
      ]
    : [fail("PROOF_IPV4_URL has an IPv6 address: those who come over IPv6 stay there.", mend)];
}

async function hasSix(name: string, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted();
  try {
    return (await resolve6(name)).length > 0;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENODATA" || code === "ENOTFOUND") return false;
    throw error;
  }
}

/** The service itself speaks no TLS: behind https somebody else does, and the socket is theirs. */
function seenAddress({ publicUrl }: LinkConfig, { profile }: Config["clientAddress"]): Diagnosis {
  if (profile === "direct" && publicUrl.startsWith("https:")) {
    const says =
      "CLIENT_ADDRESS is direct, and something in front ends TLS: everybody would be seen at its address.";
    return fail(says, "CLIENT_ADDRESS=container-apps");
  }
  return pass(
    `Callers are known by the profile ${profile}. To see at which address: say "allow my IP" to the bot and open the link; the page shows it and changes nothing until its button is pressed.`,
  );
}

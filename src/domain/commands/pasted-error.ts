import { isAddress, isRange, parseAddress, type Address } from "../address.ts";

/** An error of a client that the firewall turned away. What it does not say, or says in several ways, is undefined. */
export type PastedError = {
  readonly kind: "pasted-error";
  readonly address: Address | undefined;
  readonly registryName: string | undefined;
};

/** More than Teams lets anybody send (28 KB) is not read. */
const LONGEST = 64 * 1_024;
/** Colours of a terminal, also when copying has lost their escape character. */
const COLOURS = /(?:\u001B|\u241B|\\u001b|\\x1b|\\e)?\[[0-9;]{0,12}[mK]/gi;
/** JSON in a log escapes its quotes once or twice, and some loggers write all of them as code points. */
const QUOTES = /\\{0,3}(?:\\u0027|&#39;|&#x27;|["'`\u2018\u2019])/gi;
const REFUSED = /client with IP\s{1,3}'?([^\s',]{1,60}) ?'? is not allowed access/gi;
/**
 * A login server or its data endpoint, in the three clouds (learn.microsoft.com, "Azure Container Registry dedicated
 * data endpoints"); with a domain name label the registry's own name stands before the dash.
 */
const SERVER =
  /(?<![a-z0-9.-])([a-z0-9]{5,50})(?:-[a-z0-9]{1,30})?(?:\.[a-z0-9]{2,30}\.data)?\.azurecr\.(?:io|us|cn)(?![a-z0-9-]|\.[a-z0-9])/gi;
/** What clients say when the registry's answer itself is not shown; an ordinary failed sign-in is none of these. */
const FORBIDDEN =
  /\b403\b|\bforbidden\b|not allowed access|aka\.ms\/acr\/firewall|\bImagePullBackOff\b|\bErrImagePull\b|CONNECTIVITY_REFRESH_TOKEN_ERROR/i;
/** "--name acrdemomagic" and "az acr login -n acrdemomagic", as a script's log repeats them. */
const NAMED = /\baz acr [a-z -]{0,60}?(?:-n|--name|-r|--registry)[ =]([a-z0-9]{5,50})(?![\w.-])/gi;

/**
 * Reads the error of docker, podman, skopeo, helm, containerd, a kubelet, the Azure CLI or a CI log that a
 * registry's firewall caused; `undefined` when the text is none. It never asks for anything by itself.
 */
export function readPastedError(pasted: string): PastedError | undefined {
  const text = pasted
    .slice(0, LONGEST)
    .replace(COLOURS, "")
    .replace(QUOTES, "'")
    .replace(/\s+/g, " ");
  const refused = Array.from(text.matchAll(REFUSED), ([, said = ""]) => said);
  const servers = Array.from(text.matchAll(SERVER), ([, name = ""]) => name.toLowerCase());
  if (refused.length === 0 && (servers.length === 0 || !FORBIDDEN.test(text))) return undefined;
  const named = Array.from(text.matchAll(NAMED), ([, name = ""]) => name.toLowerCase());
  const address = onlyOne(refused);
  const parsed = address === undefined ? undefined : parseAddress(address);
  return {
    kind: "pasted-error",
    address: parsed !== undefined && isAddress(parsed) && !isRange(parsed) ? parsed : undefined,
    registryName: onlyOne([...servers, ...named]),
  };
}

/** Of several different ones none: which is meant would be a guess. */
function onlyOne(values: readonly string[]): string | undefined {
  const [value, ...others] = new Set(values);
  return others.length === 0 ? value : undefined;
}

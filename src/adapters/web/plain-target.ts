import type { IncomingMessage } from "node:http";

const HOST = /^(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/**
 * Whether a request asks for a path of one host, in the plain form. Of a target that names a host that one counts, and
 * not the header (RFC 9112, 3.2.2), and of two headers none (3.2): who stands in front of us may believe the other one.
 * restify makes a URL of host and path before any handler, and what is no URL ends the process.
 */
export function hasPlainTarget({ url = "", headers, rawHeaders }: IncomingMessage): boolean {
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host");
  const { host } = headers;
  if (!url.startsWith("/") || hosts.length > 1) return false;
  return host === undefined || (HOST.test(host) && URL.canParse(`http://${host}${url}`));
}

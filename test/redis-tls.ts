import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { LocalCertificate } from "./emulators/azure/certificate.ts";
import { startRedisNode, type NodeOptions, type RedisNode } from "./redis-node.ts";

/**
 * What makes a node speak TLS with this certificate, besides `ca` of its options. Writes the key beside the
 * authority's file; both go with the certificate.
 */
export async function tlsSettings(certificate: LocalCertificate): Promise<readonly string[]> {
  const folder = dirname(certificate.caFile);
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  await writeFile(cert, certificate.cert);
  await writeFile(key, certificate.key, { mode: 0o600 });
  return [
    ...["--tls-ca-cert-file", certificate.caFile],
    ...["--tls-cert-file", cert, "--tls-key-file", key],
  ];
}

/** One server that speaks TLS only, at `rediss://localhost:<port>`. */
export async function startRedisWithTls(
  certificate: LocalCertificate,
  options: Omit<NodeOptions, "ca"> = {},
): Promise<RedisNode> {
  return startRedisNode(await tlsSettings(certificate), { ...options, ca: certificate.caPem });
}

import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";

const DAY_MS = 24 * 60 * 60 * 1000;
const LIFETIME_MS = 7 * DAY_MS;

/** A fresh certificate authority, and one server certificate of it for localhost, 127.0.0.1 and perhaps another host. */
export interface LocalCertificate {
  /** The server's private key, PEM. It exists in memory only. */
  readonly key: string;
  /** The server's certificate, PEM. */
  readonly cert: string;
  /** The authority's certificate, PEM: what a client has to trust. */
  readonly caPem: string;
  /** A file that holds `caPem`, alone in a fresh temporary folder. */
  readonly caFile: string;
  /** Removes the folder of `caFile`. */
  remove(): Promise<void>;
}

/** Makes a certificate for localhost and another host, valid for a week; writes the authority's PEM into a new folder. */
export async function makeCertificate(host = "localhost"): Promise<LocalCertificate> {
  const validity = {
    algorithm: "sha256",
    // Yesterday: a client's clock may be behind.
    notBeforeDate: new Date(Date.now() - DAY_MS),
    notAfterDate: new Date(Date.now() + LIFETIME_MS),
  };
  // Two authorities of one name could not be trusted together.
  const name = `Drawbridge emulator CA ${randomBytes(4).toString("hex")}`;
  const authority = await generate([{ name: "commonName", value: name }], {
    ...validity,
    keyType: "ec",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: "commonName", value: "localhost" }], {
    ...validity,
    keyType: "ec",
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
          ...(isIP(host) === 0
            ? [{ type: 2, value: host } as const]
            : [{ type: 7, ip: host } as const]),
        ],
      },
    ],
  });

  const folder = await mkdtemp(join(tmpdir(), "drawbridge-emulator-"));
  const caFile = join(folder, "ca.pem");
  await writeFile(caFile, authority.cert);
  return {
    key: server.private,
    cert: server.cert,
    caPem: authority.cert,
    caFile,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

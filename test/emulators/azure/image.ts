import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

const MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json";
const BLOCK = 512;

/** Some bytes that a registry serves, by their digest. */
export interface Blob {
  readonly digest: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** An image of one layer with one file. */
export interface Image {
  readonly repository: string;
  readonly tag: string;
  readonly manifest: Blob;
  /** The configuration, and the layer. */
  readonly blobs: readonly Blob[];
}

/**
 * `hello:latest`, the image that every registry has. Its bytes are always the same.
 * Sources: "Image Manifest Version 2, Schema 2" of distribution/distribution; opencontainers/image-spec config.md;
 * POSIX, "ustar Interchange Format".
 */
export function helloImage(): Image {
  const layerTar = tarOf("hello.txt", "Hello from the Drawbridge emulator.\n");
  const layer = blob("application/vnd.docker.image.rootfs.diff.tar.gzip", gzipSync(layerTar));
  const configuration = {
    architecture: "amd64",
    os: "linux",
    created: "2026-01-01T00:00:00Z",
    config: { Cmd: ["/hello.txt"], Labels: { "org.opencontainers.image.title": "hello" } },
    rootfs: { type: "layers", diff_ids: [digestOf(layerTar)] },
    history: [{ created: "2026-01-01T00:00:00Z", created_by: "drawbridge" }],
  };
  const config = blob("application/vnd.docker.container.image.v1+json", json(configuration));
  const reference = ({ type, digest, bytes }: Blob) => ({
    mediaType: type,
    size: bytes.length,
    digest,
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: reference(config),
    layers: [reference(layer)],
  };
  return {
    repository: "hello",
    tag: "latest",
    manifest: blob(MANIFEST_TYPE, json(manifest)),
    blobs: [config, layer],
  };
}

function blob(type: string, bytes: Buffer): Blob {
  return { digest: digestOf(bytes), type, bytes };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** A tar of one file, dated 1970. */
function tarOf(name: string, text: string): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.alloc(BLOCK);
  const put = (at: number, value: string) => header.write(value, at, "ascii");
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  put(0, name);
  put(100, `${octal(0o644, 7)}\0`);
  put(108, `${octal(0, 7)}\0`);
  put(116, `${octal(0, 7)}\0`);
  put(124, `${octal(content.length, 11)}\0`);
  put(136, `${octal(0, 11)}\0`);
  put(148, " ".repeat(8)); // the checksum counts as blanks
  put(156, "0");
  put(257, "ustar\0" + "00");
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  put(148, `${octal(checksum, 6)}\0 `);
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return Buffer.concat([header, content, padding, Buffer.alloc(2 * BLOCK)]);
}

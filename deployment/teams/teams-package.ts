import { AppManifestUtils, type TeamsManifest } from "@microsoft/app-manifest";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { z } from "zod";

/** What a package is made of. */
export type Contents = {
  readonly manifest: string;
  readonly color: Uint8Array;
  readonly outline: Uint8Array;
};

/** Every line says what Teams would not take; none when the package is as it has to be. */
export async function complaintsOf({
  manifest,
  color,
  outline,
}: Contents): Promise<readonly string[]> {
  // The validator looks at every part of it; its type is that of manifests which passed.
  const parsed = JSON.parse(manifest) as TeamsManifest;
  const complaints = await AppManifestUtils.validateAgainstSchema(parsed);
  return [
    ...complaints.map((text) => `manifest.json: ${text}`),
    ...sizeComplaints("color.png", color, 192),
    ...sizeComplaints("outline.png", outline, 32),
  ];
}

/** The same contents make the same bytes. */
export function zipOf({ manifest, color, outline }: Contents): Uint8Array {
  const files = { "manifest.json": strToU8(manifest), "color.png": color, "outline.png": outline };
  return zipSync(files, { mtime: new Date(2026, 0, 1) });
}

const ours = z.object({ id: z.string(), version: z.string() });

/** Whose package this is, by the manifest in it; `undefined` when it is none. */
export function appOf(zip: Uint8Array): z.output<typeof ours> | undefined {
  try {
    const { "manifest.json": manifest } = unzipSync(zip);
    return manifest && ours.parse(JSON.parse(strFromU8(manifest)));
  } catch {
    // Whatever does not unzip, or holds no manifest, is not a package.
    return undefined;
  }
}

/** Width and height stand in the first chunk of every PNG (W3C, "PNG Specification", 11.2.2 IHDR). */
function sizeComplaints(name: string, png: Uint8Array, size: number): readonly string[] {
  const bytes = Buffer.from(png);
  const isPng = bytes.length > 24 && bytes.toString("latin1", 12, 16) === "IHDR";
  const found = isPng ? [bytes.readUInt32BE(16), bytes.readUInt32BE(20)] : [];
  const wanted = [size, size];
  return found.join("×") === wanted.join("×")
    ? []
    : [`${name}: must be a PNG of ${wanted.join("×")} pixels`];
}

import { inflateSync } from "node:zlib";

export type Pixel = { readonly rgb: readonly [number, number, number]; readonly alpha: number };

/**
 * Every pixel of a PNG of 8 bits a channel, with or without alpha, not interlaced: what Chromium writes (W3C, "PNG
 * Specification"). Throws for any other.
 */
export function pixelsOf(png: Buffer): readonly Pixel[] {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const [depth, kind, , , interlaced] = png.subarray(24, 29);
  if (depth !== 8 || (kind !== 2 && kind !== 6) || interlaced !== 0) throw new Error("Other PNG");
  const channels = kind === 6 ? 4 : 3;
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12) {
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") {
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
    }
  }
  const rows = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const bytes = Buffer.alloc(stride * height);
  const before = (at: number, back: number): number => bytes[at - back] ?? 0;
  for (let y = 0; y < height; y += 1) {
    const filter = rows[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x < channels ? 0 : before(at, channels);
      const up = y === 0 ? 0 : before(at, stride);
      const corner = x < channels || y === 0 ? 0 : before(at, stride + channels);
      const raw = rows[y * (stride + 1) + 1 + x] ?? 0;
      bytes[at] = (raw + predicted(filter, left, up, corner)) & 0xff;
    }
  }
  return Array.from({ length: width * height }, (_, index) => {
    const [red = 0, green = 0, blue = 0, alpha = 255] = bytes.subarray(
      index * channels,
      (index + 1) * channels,
    );
    return { rgb: [red, green, blue], alpha };
  });
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const guess = left + up - corner;
  const off = (value: number): number => Math.abs(guess - value);
  if (off(left) <= off(up) && off(left) <= off(corner)) return left;
  return off(up) <= off(corner) ? up : corner;
}

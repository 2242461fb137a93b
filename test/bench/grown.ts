/** Something that keeps leases, or what stands for one, and is asked how fast it is as they become more. */
export type Grown = {
  readonly name: string;
  /** Adds leases, as fast as it can, until there are so many. */
  grow(to: number): Promise<void>;
  /** Adds this many, each by a write of its own, as approvals do. */
  create(count: number): Promise<void>;
  /** Sees to it that so many pieces of work are due. */
  makeDue(count: number): Promise<void>;
  /** Takes this many pieces of work that are due, and hands each back. */
  claim(count: number): Promise<void>;
  /** What one lease takes, by the store's own account; by part. */
  bytesEach(): Promise<Bytes>;
  close(): Promise<void>;
};

/** Bytes of one lease. */
export type Bytes = {
  /** Of all there is, divided by the leases. */
  readonly overall: number;
  /** Its record, and its part of each index. Only where a store can tell. */
  readonly record?: number;
  readonly indexes?: number;
};

/** How many writes, or claims, are under way at once. */
export const AT_ONCE = 16;

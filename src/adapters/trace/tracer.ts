/** Measures what takes time. With spans go ids and outcomes: no address, no name, nothing that somebody wrote. */
export interface Tracer {
  /** Runs the work within a span; spans that begin in it become its children. What it throws ends the span as failed. */
  span<T>(name: string, ids: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T>;
  /** Sends what was measured and not sent yet, within a few seconds. */
  close(): Promise<void>;
}

/** Does `work` for each item, at most `most` at a time, in order; throws what the first failure threw. */
export async function inParallel<T>(
  most: number,
  items: Iterable<T>,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  // One iterator for all: whoever is free takes the next item.
  const next = items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (let item = next.next(); item.done !== true; item = next.next()) await work(item.value);
  };
  await Promise.all(Array.from({ length: most }, lane));
}

/** Does the work at once, unless the signal was given before; what it throws rejects the promise. */
export function promised<T>(signal: AbortSignal, work: () => T): Promise<T> {
  return new Promise((resolve) => {
    signal.throwIfAborted();
    resolve(work());
  });
}

/** Compares by a time, then by the id, as the stores do. */
export function inOrderOf<T extends { readonly id: string }>(time: (one: T) => Date) {
  return (a: T, b: T): number =>
    time(a).getTime() - time(b).getTime() || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

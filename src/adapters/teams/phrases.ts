/** "1 request", "2 requests". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${String(number)} ${number === 1 ? one : many}`;
}

const QUOTED_LENGTH = 60;

/** What somebody typed, cut to what a phone shows. */
export function quote(text: string): string {
  const short = text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text;
  return `"${short.trim()}"`;
}

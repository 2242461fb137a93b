const ONE_OR_MANY = new Intl.PluralRules("en");

/** "1 request", "2 requests": as English counts; another language brings its own rules with its own words. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${String(number)} ${ONE_OR_MANY.select(number) === "one" ? one : many}`;
}

const QUOTED_LENGTH = 60;

/** What somebody typed, cut to what a phone shows. */
export function quote(text: string): string {
  const short = text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text;
  return `"${short.trim()}"`;
}

/** Words of politeness and the like, which mean nothing to a command. */
export const FILLERS: ReadonlySet<string> = new Set(
  "please pls hi hello hey can could would you i me us in the a an access ip address kindly thanks drawbridge".split(
    " ",
  ),
);

const REASON = /(?:^|[\s,;])(?:because(?: of)?|reason:?|due to)\s+(\S.*)$|,\s+(\S.*)$/is;
const LONGEST_REASON = 300;

/** The words in lower case, without the punctuation around them. */
export function wordsOf(sentence: string): string[] {
  return sentence
    .toLowerCase()
    .split(" ")
    .map((word) => word.replace(/^["'`(<]+|["'`)>,;!?]+$|\.$/g, ""))
    .filter((word) => word !== "");
}

/** What stands before the reason, in words, and the reason as it was written: "… because TICKET-12", "…, hotfix". */
export function splitReason(sentence: string): {
  readonly words: readonly string[];
  readonly reason: string | undefined;
} {
  const found = REASON.exec(sentence);
  const words = wordsOf(found === null ? sentence : sentence.slice(0, found.index));
  return { words, reason: reasonOf(found?.[1] ?? found?.[2]) };
}

/** A last "please" is no reason. A whole log pasted as a reason is cut, and shows that it was. */
export function reasonOf(text: string | undefined): string | undefined {
  const reason = text?.trim() ?? "";
  if (wordsOf(reason).every((word) => FILLERS.has(word))) return undefined;
  return reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}…` : reason;
}

/** Politeness goes, but not the words that durations are made of ("a day", "half an hour"). */
export function withoutFillers(clause: readonly string[]): string {
  return clause.filter((word) => !FILLERS.has(word) || word === "a" || word === "an").join(" ");
}

/** Meant as an address, whether or not it is one: "203.0.113.999" must be refused as such, not read as a name. */
export function looksLikeAddress(word: string): boolean {
  return /^[\d.]+(?:\/\S*)?$/.test(word) ? word.includes(".") || word.includes("/") : isIpv6(word);
}

function isIpv6(word: string): boolean {
  return /^[0-9a-f:]+(?:\/\d+)?$/.test(word) && word.includes(":");
}

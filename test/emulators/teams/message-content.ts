import * as z from "zod";

/** What one version of a message says. */
export interface MessageContent {
  /** Its text; empty for a bare card. */
  readonly text: string;
  /** What a notification says of it; empty when the bot gave nothing. */
  readonly summary: string;
  /** The first Adaptive Card among its attachments. */
  readonly card: Readonly<Record<string, unknown>> | undefined;
  /** The activity as it came over the wire. */
  readonly activity: Readonly<Record<string, unknown>>;
}

const CARD_TYPE = "application/vnd.microsoft.card.adaptive";

const sentActivity = z.looseObject({
  type: z.string().min(1),
  text: z.string().optional(),
  summary: z.string().optional(),
  attachments: z.array(z.looseObject({ contentType: z.string(), content: z.unknown() })).optional(),
});

const cardContent = z.looseObject({ type: z.literal("AdaptiveCard") });

/** Reads an activity the bot sends; undefined when it is none or its card is no Adaptive Card. */
export function readSentActivity(
  body: unknown,
): (MessageContent & { readonly type: string }) | undefined {
  const parsed = sentActivity.safeParse(body);
  if (!parsed.success) return undefined;
  const { type, text = "", summary = "", attachments = [] } = parsed.data;
  const attached = attachments.find(({ contentType }) => contentType === CARD_TYPE);
  if (attached === undefined)
    return { type, text, summary, card: undefined, activity: parsed.data };
  const card = cardContent.safeParse(attached.content);
  return card.success ? { type, text, summary, card: card.data, activity: parsed.data } : undefined;
}

/** The message in one line, for a failing test. */
export function inOneLine({ text, summary, card }: MessageContent): string {
  const fallback = typeof card?.["fallbackText"] === "string" ? card["fallbackText"] : "";
  return [card === undefined ? "" : "[card]", fallback, text, fallback === summary ? "" : summary]
    .filter((part) => part !== "")
    .join(" ");
}

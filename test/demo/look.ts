import { styleText } from "node:util";

type Style = "bold" | "cyan" | "dim" | "green" | "underline";

/** In colour where stdout is a terminal that shows it and NO_COLOR is not set; else the text as it is. */
export function look(style: Style | readonly Style[], text: string): string {
  const styles = typeof style === "string" ? [style] : [...style];
  return styleText(styles, text, { stream: process.stdout });
}

/** An address to open. */
export function link(url: string): string {
  return look(["underline", "cyan"], url);
}

/** A whole line to copy: nothing else stands on it. */
export function toType(text: string): string {
  return `\n    ${look("bold", text)}\n`;
}

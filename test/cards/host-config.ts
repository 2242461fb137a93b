/** The two themes of Teams that the pictures are made in. */
export type Theme = "light" | "dark";

type Tone = { readonly default: string; readonly subtle: string };
type Colors = Readonly<
  Record<"default" | "accent" | "attention" | "good" | "warning" | "light" | "dark", Tone>
>;

const tone = (color: string, subtle = color): Tone => ({ default: color, subtle });

const LIGHT: Colors = {
  default: tone("#242424", "#616161"),
  accent: tone("#5b5fc7"),
  attention: tone("#c4314b"),
  good: tone("#237b4b"),
  warning: tone("#835c00"),
  light: tone("#ffffff"),
  dark: tone("#242424"),
};
const DARK: Colors = {
  default: tone("#ffffff", "#adadad"),
  accent: tone("#9299f7"),
  attention: tone("#f9526b"),
  good: tone("#92c353"),
  warning: tone("#f8d22a"),
  light: tone("#ffffff"),
  dark: tone("#242424"),
};

const PAPER = {
  light: { page: "#f5f5f5", card: "#ffffff", line: "#d1d1d1", ...buttons("#ffffff", "#242424") },
  dark: { page: "#1f1f1f", card: "#292929", line: "#666666", ...buttons("#292929", "#ffffff") },
} as const;

const FONT = {
  fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 },
  fontWeights: { lighter: 300, default: 400, bolder: 600 },
} as const;

/** What the renderer is told, close to how Teams draws cards (adaptivecards.io, host config). */
export function hostConfig(theme: Theme): object {
  const foregroundColors = theme === "light" ? LIGHT : DARK;
  const style = (backgroundColor: string) => ({ backgroundColor, foregroundColors });
  const tint =
    theme === "light"
      ? { emphasis: "#f0f0f0", good: "#e7f2da", attention: "#fcf4f6", warning: "#fbf6d9" }
      : { emphasis: "#333333", good: "#1e2b12", attention: "#3e1f25", warning: "#3a3210" };
  return {
    fontTypes: {
      default: { fontFamily: '"Segoe UI", "DejaVu Sans", Arial, sans-serif', ...FONT },
      monospace: { fontFamily: '"Cascadia Mono", "DejaVu Sans Mono", monospace', ...FONT },
    },
    spacing: { small: 6, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 14 },
    supportsInteractivity: true,
    containerStyles: {
      default: style(PAPER[theme].card),
      emphasis: style(tint.emphasis),
      good: style(tint.good),
      attention: style(tint.attention),
      warning: style(tint.warning),
    },
    inputs: {
      label: { inputSpacing: "small", requiredInputs: { suffixColor: "attention" } },
    },
    actions: {
      maxActions: 6,
      buttonSpacing: 8,
      actionsOrientation: "horizontal",
      actionAlignment: "left",
      preExpandSingleShowCardAction: false,
      showCard: { actionMode: "inline", inlineTopMargin: 12, style: "emphasis" },
    },
  };
}

/** How buttons and inputs look, which host configs can't say. */
export function styleSheet(theme: Theme): string {
  const { page, card, line, face, ink } = PAPER[theme];
  return `
    body { margin: 0; background: ${page}; font: 14px "Segoe UI", "DejaVu Sans", Arial, sans-serif; }
    figure { margin: 0; display: inline-block; vertical-align: top; }
    figcaption { color: ${ink}; font-size: 12px; opacity: 0.75; padding: 0 2px 6px; }
    .paper { background: ${card}; border: 1px solid ${line}; border-radius: 6px; overflow: hidden; }
    .ac-pushButton { font: 600 13px "Segoe UI", "DejaVu Sans", Arial, sans-serif; padding: 6px 14px;
      border: 1px solid ${line}; border-radius: 4px; background: ${face}; color: ${ink}; }
    .ac-pushButton.style-positive { background: #5b5fc7; border-color: #5b5fc7; color: #ffffff; }
    .ac-pushButton.style-destructive { background: #c4314b; border-color: #c4314b; color: #ffffff; }
    .ac-pushButton.expandable::after { content: " ▾"; }
    .ac-input { font: 14px "Segoe UI", "DejaVu Sans", Arial, sans-serif; width: 100%; box-sizing: border-box;
      padding: 6px 8px; border: 1px solid ${line}; border-radius: 4px; background: ${page}; color: ${ink}; }
    .ac-container, .ac-adaptiveCard { overflow-wrap: anywhere; }
  `;
}

function buttons(face: string, ink: string) {
  return { face, ink };
}

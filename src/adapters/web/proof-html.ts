import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import type { Shown } from "./proof-words.ts";

/** The page. Whatever is put into it is escaped by the template; there is no script, no image and no cookie. */
export async function asHtml(shown: Shown): Promise<string> {
  const { title, facts, paragraphs, button, curl, ipv4Page } = shown;
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex, nofollow" />
        <title>${title} – Drawbridge</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <p class="name">Drawbridge</p>
          <h1>${title}</h1>
          ${
            facts.length === 0
              ? ""
              : html`<dl>
                  ${facts.map(
                    ([label, value]) =>
                      html`<div>
                        <dt>${label}</dt>
                        <dd>${value}</dd>
                      </div>`,
                  )}
                </dl>`
          }
          ${paragraphs.map((text) => html`<p>${text}</p>`)}
          ${ipv4Page === undefined ? "" : html`<p><a href="${ipv4Page}">Open over IPv4</a></p>`}
          ${button === undefined ? "" : html`<form method="post"><button type="submit">${button}</button></form>`}
          ${
            curl === undefined
              ? ""
              : html`<section aria-labelledby="terminal">
                  <h2 id="terminal">From a terminal</h2>
                  <p>Where docker runs may have another way out than this browser. There, run:</p>
                  <pre tabindex="0" aria-label="Command"><code>${curl}</code></pre>
                </section>`
          }
        </main>
      </body>
    </html> `;
  return String(page);
}

/** The same for a terminal. */
export function asText({ title, facts, paragraphs, curl, ipv4Page }: Shown): string {
  return [
    title,
    ...facts.map(([label, value]) => `  ${label}: ${value}`),
    ...paragraphs,
    ...(ipv4Page === undefined ? [] : [ipv4Page]),
    ...(curl === undefined ? [] : [`  ${curl}`]),
    "",
  ].join("\n");
}

const STYLE = `
:root { --page: #f3f2f1; --card: #ffffff; --text: #242424; --soft: #5a5a5a; --line: #d6d6d6; --button: #4b53bc; --on-button: #ffffff; --link: #3d45a8; --code: #f0f0f0; }
@media (prefers-color-scheme: dark) {
:root { --page: #141414; --card: #1f1f1f; --text: #f3f3f3; --soft: #b8b8b8; --line: #454545; --button: #a8adf5; --on-button: #15151f; --link: #b4b9ff; --code: #2b2b2b; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem; min-height: 100vh; background: var(--page); color: var(--text); font: 1rem/1.5 "Segoe UI", system-ui, -apple-system, Roboto, "Helvetica Neue", sans-serif; }
main { max-width: 34rem; margin: 4vh auto 0; padding: 1.75rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.name { margin: 0; color: var(--soft); font-size: .875rem; font-weight: 600; }
h1 { margin: .25rem 0 1.25rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 0 0 .25rem; font-size: 1rem; }
p { margin: 0 0 .75rem; }
dl { margin: 0 0 1.25rem; border-top: 1px solid var(--line); }
dl div { display: flex; gap: 1rem; padding: .5rem 0; border-bottom: 1px solid var(--line); }
dt { flex: 0 0 6rem; color: var(--soft); }
dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
button { width: 100%; min-height: 3rem; margin: .5rem 0 0; padding: .5rem 1rem; border: 0; border-radius: .5rem; background: var(--button); color: var(--on-button); font: inherit; font-weight: 600; cursor: pointer; }
a { color: var(--link); }
button:focus-visible, a:focus-visible, pre:focus-visible { outline: 3px solid var(--link); outline-offset: 3px; }
section { margin-top: 1.75rem; padding-top: 1.25rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem; }
section p { margin: 0 0 .5rem; }
section h2 { color: var(--text); font-size: .875rem; }
pre { margin: 0; padding: .75rem; border-radius: .5rem; background: var(--code); color: var(--text); white-space: pre-wrap; overflow-wrap: anywhere; }
code { font: .8125rem/1.5 ui-monospace, Consolas, Menlo, monospace; }
@media (max-width: 30rem) { body { padding: 0; background: var(--card); } main { margin: 0; border: 0; border-radius: 0; padding: 1.25rem; } }
`;

/** Allows the page its own style and its own form, and nothing else. */
export const CONTENT_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

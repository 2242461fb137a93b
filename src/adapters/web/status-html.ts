import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import type { Operations } from "../../application/show/show-operations.ts";
import { lagChart } from "./lag-chart.ts";
import { STATUS_STYLE } from "./status-style.ts";
import { auditTable, registrySection, type SentenceOf } from "./status-tables.ts";
import { plural, span } from "./status-words.ts";

/** Of the process that serves the page: who it is, and how long each of its loops has been silent. */
export type ServedBy = {
  readonly role: string;
  readonly loops: readonly { readonly loop: string; readonly silentMs: number }[];
};

/** What the page shows; `undefined` when the store did not answer. */
export type StatusView = {
  readonly operations: Operations | undefined;
  readonly servedBy: ServedBy;
  readonly refreshes: boolean;
  readonly sentenceOf: SentenceOf;
};

const REFRESH_SECONDS = 15;
/** A loop that has something to do looks at its list at least this often. */
const SILENT_TOO_LONG_MS = 90_000;

/** The page. Whatever is put into it is escaped by the template; there is no script, no picture and no form. */
export async function statusHtml(view: StatusView): Promise<string> {
  const { operations, refreshes, sentenceOf } = view;
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex, nofollow" />
        ${refreshes ? html`<meta http-equiv="refresh" content="${REFRESH_SECONDS}" />` : ""}
        <title>${titleOf(operations)} – Drawbridge</title>
        ${raw(`<style>${STATUS_STYLE}</style>`)}
      </head>
      <body>
        <header>
          <p class="name">Drawbridge</p>
          <h1>${titleOf(operations)}</h1>
          ${asOf(view)}
        </header>
        <main>
          ${operations === undefined ? nothingKnown() : everything(operations, sentenceOf)}
        </main>
        <footer>${served(view.servedBy)}</footer>
      </body>
    </html> `;
  return String(page);
}

function titleOf(operations: Operations | undefined): string {
  if (operations === undefined) return "The store does not answer";
  const { count } = operations.overdue;
  if (count > 0) return `${plural(count, "lease")} overdue`;
  return "Nothing is overdue";
}

function asOf({ operations, refreshes }: StatusView) {
  const at =
    operations === undefined
      ? ""
      : html`As of
          <time datetime="${operations.now.toISOString()}"
            >${operations.now.toISOString().slice(0, 19).replace("T", " ")} UTC</time
          >. `;
  return refreshes
    ? html`<p class="soft">
        ${at}Comes anew every ${REFRESH_SECONDS} s; <a href="/status?refresh=off">hold it</a>.
      </p>`
    : html`<p class="soft">${at}Held; <a href="/status">let it come anew</a>.</p>`;
}

function everything(operations: Operations, sentenceOf: SentenceOf) {
  const { now, registries, moreRegistries, overdue, closed, recent } = operations;
  return html`<section aria-labelledby="glance">
      <h2 id="glance" class="unseen">At a glance</h2>
      ${tiles(operations)}
    </section>
    ${
      overdue.count === 0
        ? ""
        : html`<p class="alarm">
            ${plural(overdue.count, "lease")} past ${overdue.count === 1 ? "its end" : "their ends"}
            and not seen closed, the oldest by ${span(overdue.oldestMs)}. Is a worker running? Its
            log and the findings below say why; drawbridge sweep --from-ledger closes without it.
          </p>`
    }
    <section aria-labelledby="registries">
      <h2 id="registries">Registries</h2>
      ${registries.length === 0 ? html`<p class="none">The policy names none.</p>` : ""}
      ${registries.map((registry) => registrySection(registry, now, sentenceOf))}
      ${moreRegistries > 0 ? html`<p class="none">And ${plural(moreRegistries, "more registry")}.</p>` : ""}
    </section>
    <section class="card" aria-labelledby="lag">
      <h2 id="lag">From the end to seen closed</h2>
      ${lagChart(closed, now)}
    </section>
    <section class="card" aria-labelledby="audit">
      <h2 id="audit">What happened last</h2>
      ${auditTable(recent, now)}
    </section>`;
}

function tiles({ registries, overdue, closed, wakeLists, now }: Operations) {
  const sum = (of: (one: Operations["registries"][number]) => number): number =>
    registries.reduce((total, one) => total + of(one), 0);
  const slowest = Math.max(0, ...closed.leases.map(({ lagMs }) => lagMs));
  const { due, earliestAt } = wakeLists.registry;
  const lateMs = due === 0 ? 0 : now.getTime() - (earliestAt ?? now).getTime();
  const cards = wakeLists.conversation.due;
  const all: readonly (readonly [string, string, boolean])[] = [
    ["leases", String(sum(({ leases }) => leases)), false],
    ["waiting for approvers", String(sum(({ pending }) => pending)), false],
    ["overdue", String(overdue.count), overdue.count > 0],
    [
      "slowest close, last day",
      closed.leases.length === 0 ? "–" : span(slowest),
      slowest > 120_000,
    ],
    ["worker behind by", span(lateMs < 5_000 ? 0 : lateMs), lateMs > 60_000],
    ["cards due", String(cards), cards > 100],
  ];
  return html`<dl class="tiles">
    ${all.map(
      ([label, value, bad]) =>
        html`<div class="${bad ? "bad" : ""}">
          <dt>${label}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function nothingKnown() {
  return html`<p class="alarm">
    Nothing is known now but that this process is alive. What ends meanwhile is closed once the
    store is back; drawbridge sweep --from-ledger closes without it.
  </p>`;
}

function served({ role, loops }: ServedBy) {
  const told = loops.map(({ loop, silentMs }) =>
    silentMs > SILENT_TOO_LONG_MS
      ? `the ${loop} loop has been silent for ${span(silentMs)}`
      : `the ${loop} loop runs`,
  );
  return html`<p class="soft">
    Told by a process of the role ${role}${told.map((one) => html`; ${one}`)}.
  </p>`;
}

/** Allows the page its own style, and nothing else. */
export const STATUS_CONTENT_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STATUS_STYLE).digest("base64")}'`,
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

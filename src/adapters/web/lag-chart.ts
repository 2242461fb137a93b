import { html } from "hono/html";
import type { ClosedLeases } from "../../application/show/show-operations.ts";
import { OVERDUE_AFTER_MS } from "../../domain/lease.ts";
import { clock, plural, span, whenOf } from "./status-words.ts";

/** Half hours. */
const COLUMNS = 48;
/** Each line is sixty times the one below, so that a second and an hour are both seen. */
const LINES = [1_000, 60_000, 3_600_000] as const;
const [WIDTH, HEIGHT] = [480, 120];

/** What was closed within one column of the chart. */
type Column = {
  readonly from: Date;
  readonly count: number;
  readonly medianMs: number;
  readonly slowestMs: number;
};

/**
 * How long after their ends leases were seen gone: the slowest of each half hour as a bar, the middle one as a line
 * across it. In words beside it, and in figures below.
 */
export function lagChart({ leases, periodMs, readFrom }: ClosedLeases, now: Date) {
  const columns = columnsOf(leases, new Date(now.getTime() - periodMs), periodMs);
  const filled = columns.filter(({ count }) => count > 0);
  const all = leases.map(({ lagMs }) => lagMs);
  const told =
    all.length === 0
      ? "No lease was closed in the last day."
      : `${plural(all.length, "lease")} closed in the last day. Half of them within ${span(middle(all))}, the slowest ${span(Math.max(...all))} after its end.`;
  const cut =
    readFrom === undefined
      ? ""
      : ` Only the newest part of the trail was read: since ${whenOf(readFrom, now)}.`;
  return html`<p>${told}${cut}</p>
    <figure class="chart">
      <div class="plot">
        <ul class="scale" aria-hidden="true">
          ${[...LINES].reverse().map((ms) => html`<li>${span(ms)}</li>`)}
        </ul>
        <svg
          role="img"
          aria-label="${told}"
          viewBox="0 0 ${WIDTH} ${HEIGHT}"
          preserveAspectRatio="none"
        >
          ${LINES.map((ms) => html`<path class="line" d="M0 ${yOf(ms)}H${WIDTH}" />`)}
          ${columns.map((column, i) => (column.count === 0 ? "" : bar(column, i)))}
          <path class="limit" d="M0 ${yOf(OVERDUE_AFTER_MS)}H${WIDTH}" />
        </svg>
      </div>
      <ul class="times" aria-hidden="true">
        ${columns.filter((_, i) => i % 12 === 0).map(({ from }) => html`<li>${clock(from)}</li>`)}
        <li>now</li>
      </ul>
      <figcaption>
        <span><span class="key slowest"></span>slowest of each half hour</span>
        <span><span class="key median"></span>middle one</span>
        <span><span class="key limit"></span>overdue after ${span(OVERDUE_AFTER_MS)}</span>
      </figcaption>
    </figure>
    ${filled.length === 0 ? "" : figures(filled, now)}`;
}

function columnsOf(
  leases: ClosedLeases["leases"],
  since: Date,
  periodMs: number,
): readonly Column[] {
  const eachMs = periodMs / COLUMNS;
  const lags: number[][] = Array.from({ length: COLUMNS }, () => []);
  for (const { at, lagMs } of leases) {
    const column = Math.floor((at.getTime() - since.getTime()) / eachMs);
    lags[Math.min(COLUMNS - 1, Math.max(0, column))]?.push(lagMs);
  }
  return lags.map((all, i) => ({
    from: new Date(since.getTime() + i * eachMs),
    count: all.length,
    medianMs: middle(all),
    slowestMs: Math.max(0, ...all),
  }));
}

function bar({ medianMs, slowestMs, count, from }: Column, i: number) {
  const each = WIDTH / COLUMNS;
  const [x, width] = [i * each + 1, each - 2];
  const top = yOf(slowestMs);
  const kind = slowestMs > OVERDUE_AFTER_MS ? "bad" : "slowest";
  return html`<g
    ><title>${clock(from)}: ${plural(count, "lease")}, slowest ${span(slowestMs)}</title
    ><rect
      class="${kind}"
      x="${x}"
      y="${top}"
      width="${width}"
      height="${HEIGHT - top}"
      rx="1" /><path class="median" d="M${x} ${yOf(medianMs)}h${width}"
  /></g>`;
}

function figures(columns: readonly Column[], now: Date) {
  return html`<details>
    <summary>Figures</summary>
    <table>
      <caption class="unseen">
        Leases closed, by half hour
      </caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">Closed</th>
          <th scope="col">Middle</th>
          <th scope="col">Slowest</th>
        </tr>
      </thead>
      <tbody>
        ${columns.map(
          ({ from, count, medianMs, slowestMs }) =>
            html`<tr>
              <th scope="row">${whenOf(from, now)}</th>
              <td data-label="Closed">${count}</td>
              <td data-label="Middle">${span(medianMs)}</td>
              <td data-label="Slowest">${span(slowestMs)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`;
}

/** From a second at the bottom to an hour at the top, a little off both edges. */
function yOf(ms: number): number {
  const [least, , most] = LINES;
  const share = Math.log(Math.min(most, Math.max(least, ms)) / least) / Math.log(most / least);
  return Math.round((HEIGHT - 6 - share * (HEIGHT - 12)) * 10) / 10;
}

function middle(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

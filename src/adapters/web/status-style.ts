/** The look of the status page: light and dark, wide and on a phone, where each row of a table is a block of its own. */
export const STATUS_STYLE = `
:root { --page: #f3f2f1; --card: #ffffff; --text: #242424; --soft: #5a5a5a; --line: #dcdcdc; --track: #e8e8ec; --open: #4b53bc; --slot: #6b7280; --quiet: #9aa0ac; --bad: #b3261e; --bad-page: #fdecea; --warn: #7a4b00; --warn-page: #fff4dc; --link: #3d45a8; --slowest: #a9aef0; }
@media (prefers-color-scheme: dark) {
:root { --page: #141414; --card: #1f1f1f; --text: #f3f3f3; --soft: #b8b8b8; --line: #3d3d3d; --track: #34343a; --open: #a8adf5; --slot: #9ca3af; --quiet: #70757f; --bad: #ff8f85; --bad-page: #3a1a18; --warn: #ffcf7a; --warn-page: #33270f; --link: #b4b9ff; --slowest: #5a62c8; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem 1rem 2rem; background: var(--page); color: var(--text); font: .9375rem/1.5 "Segoe UI", system-ui, -apple-system, Roboto, "Helvetica Neue", sans-serif; }
header, main, footer { max-width: 64rem; margin: 0 auto; }
.name { margin: 0; color: var(--soft); font-size: .875rem; font-weight: 600; }
h1 { margin: .125rem 0; font-size: 1.625rem; line-height: 1.25; }
h2 { margin: 2rem 0 .75rem; font-size: 1.125rem; }
h3 { margin: 0 0 .5rem; font-size: 1rem; overflow-wrap: anywhere; }
p { margin: 0 0 .75rem; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 3px; border-radius: .125rem; }
.soft, .none { color: var(--soft); }
.none { margin: .5rem 0 0; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.card { margin: 0 0 1rem; padding: 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.card > h2 { margin-top: 0; }
.alarm { margin: 1rem 0; padding: .75rem 1rem; border-left: 4px solid var(--bad); border-radius: .25rem; background: var(--bad-page); }
.tiles { display: grid; grid-template-columns: repeat(6, 1fr); gap: .75rem; margin: 1.25rem 0 0; }
.tiles div { display: flex; flex-direction: column-reverse; justify-content: flex-end; padding: .875rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.tiles dt { color: var(--soft); font-size: .8125rem; line-height: 1.3; }
.tiles dd { margin: 0 0 .125rem; font-size: 1.375rem; font-weight: 600; line-height: 1.25; white-space: nowrap; font-variant-numeric: tabular-nums; }
.tiles .bad { border-color: var(--bad); background: var(--bad-page); }
.tiles .bad dd { color: var(--bad); }
.marks { display: flex; flex-wrap: wrap; gap: .375rem; margin: 0 0 .75rem; padding: 0; list-style: none; }
.marks li { padding: .125rem .625rem; border-radius: 1rem; background: var(--warn-page); color: var(--warn); font-size: .8125rem; font-weight: 600; }
.findings { margin: 0 0 .75rem; padding: 0; list-style: none; }
.findings li { margin: 0 0 .375rem; padding: .375rem .75rem; border-radius: .5rem; background: var(--warn-page); font-size: .875rem; overflow-wrap: anywhere; }
.findings b { margin-right: .375rem; color: var(--warn); }
.slots { display: grid; grid-template-columns: max-content minmax(4rem, 12rem) 1fr; gap: .25rem .75rem; align-items: center; font-variant-numeric: tabular-nums; }
.meter { display: block; width: 100%; height: .5rem; }
.track { fill: var(--track); }
rect.open { fill: var(--open); } rect.soft { fill: var(--quiet); } rect.slot { fill: var(--slot); } rect.bad { fill: var(--bad); } rect.slowest { fill: var(--slowest); }
table { width: 100%; margin-top: .75rem; border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { padding: .25rem 0; color: var(--soft); font-size: .8125rem; text-align: left; }
th, td { padding: .4375rem .75rem .4375rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: middle; overflow-wrap: anywhere; }
thead th { border-top: 0; color: var(--soft); font-size: .8125rem; font-weight: 600; }
tbody th { font-weight: 600; white-space: nowrap; }
.wide { table-layout: fixed; }
.wide th:nth-child(4) { width: 34%; }
.wide th:nth-child(5) { width: 17%; }
td.left .meter { display: inline-block; width: 45%; margin-right: .625rem; vertical-align: middle; }
.late th, .late td { color: var(--bad); font-weight: 600; }
.chart { margin: 0; }
.plot { display: grid; grid-template-columns: 3rem 1fr; }
.plot svg { width: 100%; height: 9rem; }
.scale { display: flex; flex-direction: column; justify-content: space-between; height: 9rem; margin: 0; padding: 0; color: var(--soft); font-size: .75rem; line-height: 1; list-style: none; }
.times { display: flex; justify-content: space-between; margin: .25rem 0 .75rem 3rem; padding: 0; color: var(--soft); font-size: .75rem; list-style: none; }
figcaption { color: var(--soft); font-size: .8125rem; }
path { fill: none; stroke-width: 1; vector-effect: non-scaling-stroke; }
.line { stroke: var(--line); }
path.limit { stroke: var(--bad); stroke-dasharray: 5 4; }
path.median { stroke: var(--open); stroke-width: 2.5; }
.key { display: inline-block; width: .875rem; height: .625rem; margin-right: .25rem; border-radius: .125rem; }
figcaption > span { margin-right: .75rem; white-space: nowrap; }
.key.slowest { background: var(--slowest); }
.key.median { height: 3px; vertical-align: middle; background: var(--open); }
.key.limit { height: 0; border-top: 2px dashed var(--bad); border-radius: 0; vertical-align: middle; }
details { margin-top: .75rem; }
summary { cursor: pointer; color: var(--link); }
footer { margin-top: 1.5rem; font-size: .8125rem; }
@media (max-width: 56rem) { .tiles { grid-template-columns: repeat(3, 1fr); } }
@media (max-width: 40rem) {
body { padding: 1rem .75rem 2rem; }
.card { padding: 1rem; }
.tiles { grid-template-columns: repeat(2, 1fr); gap: .5rem; }
.slots { grid-template-columns: 1fr; }
table, caption, tbody, tr, tbody th, td { display: block; }
thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
tbody tr { padding: .5rem 0; border-top: 1px solid var(--line); }
tbody th, td { padding: .125rem 0; border-top: 0; white-space: normal; }
td { display: grid; grid-template-columns: 6.5rem 1fr; gap: .5rem; }
td::before { content: attr(data-label); color: var(--soft); font-weight: 400; }
td.left { grid-template-columns: 6.5rem 1fr 8.5rem; align-items: center; }
td.left .meter { width: 100%; margin: 0; }
}
`;

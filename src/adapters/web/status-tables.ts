import { html } from "hono/html";
import type { RegistryOperations } from "../../application/show/show-operations.ts";
import type { AuditEntry } from "../../domain/audit.ts";
import type { Finding } from "../../domain/finding.ts";
import { registryNameOf } from "../../domain/ids.ts";
import { endOf, isOverdue, type Lease } from "../../domain/lease.ts";
import type { Request } from "../../domain/request.ts";
import { plural, span, whenOf, wordsOf } from "./status-words.ts";

/** What to say of a finding on the registry of this name. */
export type SentenceOf = (finding: Finding, name: string) => string;

/** One registry: how full it is, what is odd about it, who is let in and who waits. */
export function registrySection(registry: RegistryOperations, now: Date, sentenceOf: SentenceOf) {
  const { name, leases, firstLeases, pending, firstPending, frozen, failures } = registry;
  const marks = [
    ...(frozen ? ["frozen: nothing is opened"] : []),
    ...(failures > 0 ? [`${plural(failures, "round")} failed in a row`] : []),
  ];
  return html`<section class="card" aria-labelledby="registry-${name}">
    <h3 id="registry-${name}">${name}</h3>
    ${
      marks.length === 0
        ? ""
        : html`<ul class="marks">
            ${marks.map((mark) => html`<li>${mark}</li>`)}
          </ul>`
    }
    ${findingList(registry, sentenceOf)} ${slots(registry, now)}
    ${
      firstLeases.length === 0
        ? html`<p class="none">No lease.</p>`
        : leaseTable(name, firstLeases, leases - firstLeases.length, now)
    }
    ${
      firstPending.length === 0
        ? ""
        : pendingTable(name, firstPending, pending - firstPending.length, now)
    }
  </section>`;
}

function findingList({ id, findings }: RegistryOperations, sentenceOf: SentenceOf) {
  if (findings.length === 0) return "";
  return html`<ul class="findings">
    ${findings.map(
      (finding) =>
        html`<li><b>${wordsOf(finding.kind)}</b> ${sentenceOf(finding, registryNameOf(id))}</li>`,
    )}
  </ul>`;
}

function slots({ observed }: RegistryOperations, now: Date) {
  if (observed === undefined) return html`<p class="none">No worker has read it yet.</p>`;
  const { used, limit } = observed.slots;
  const { ours, baseline, foreign, unreadable } = observed.rules;
  const known = limit === undefined ? plural(used, "rule") : `${used} of ${limit} rule slots`;
  const share = limit === undefined || limit === 0 ? 0 : Math.min(1, used / limit);
  const others = foreign + unreadable;
  return html`<p class="slots">
    <span>${known}</span>${meter(share, share >= 0.9 ? "bad" : "slot")}<span class="soft"
      >${ours} ours, ${baseline} permanent, ${others} of others; read
      ${span(Math.max(0, now.getTime() - observed.at.getTime()))} ago</span
    >
  </p>`;
}

function leaseTable(name: string, leases: readonly Lease[], more: number, now: Date) {
  return html`<table class="wide">
      <caption>
        Leases on ${name}, the first to end first
      </caption>
      <thead>
        <tr>
          <th scope="col">Address</th>
          <th scope="col">For</th>
          <th scope="col">State</th>
          <th scope="col">Time left</th>
          <th scope="col">Ends (UTC)</th>
        </tr>
      </thead>
      <tbody>
        ${leases.map((lease) => leaseRow(lease, now))}
      </tbody>
    </table>
    ${andMore(more, "lease")}`;
}

function leaseRow(lease: Lease, now: Date) {
  const end = endOf(lease);
  const leftMs = end.getTime() - now.getTime();
  const from = lease.status === "open" ? lease.seenAt : lease.approvedAt;
  const share = Math.min(1, Math.max(0, leftMs / (end.getTime() - from.getTime())));
  const late: boolean = isOverdue(lease, now);
  const left =
    leftMs >= 0
      ? span(leftMs)
      : late
        ? `overdue by ${span(-leftMs)}`
        : `ended ${span(-leftMs)} ago`;
  const kind = late ? "bad" : lease.status === "open" ? "open" : "soft";
  return html`<tr class="${late ? "late" : ""}">
    <th scope="row">${lease.address}</th>
    <td data-label="For">${lease.requester.name}</td>
    <td data-label="State">${late ? "overdue" : stateOf(lease)}</td>
    <td data-label="Time left" class="left">
      ${meter(late ? 1 : share, kind)}<span>${left}</span>
    </td>
    <td data-label="Ends (UTC)">${whenOf(end, now)}</td>
  </tr>`;
}

function stateOf(lease: Lease): string {
  if (lease.status !== "open") return lease.status;
  if (lease.gone !== undefined) return "open, but shut out";
  return lease.borrowed ? "open by another rule" : "open";
}

function pendingTable(name: string, requests: readonly Request[], more: number, now: Date) {
  return html`<table>
      <caption>
        Waiting for approvers of ${name}, the longest first
      </caption>
      <thead>
        <tr>
          <th scope="col">Address</th>
          <th scope="col">By</th>
          <th scope="col">For</th>
          <th scope="col">Waiting</th>
          <th scope="col">Reason</th>
        </tr>
      </thead>
      <tbody>
        ${requests.map(
          ({ address, requester, durationMs, askedAt, reason }) =>
            html`<tr>
              <th scope="row">${address}</th>
              <td data-label="By">${requester.name}</td>
              <td data-label="For">${span(durationMs)}</td>
              <td data-label="Waiting">${span(Math.max(0, now.getTime() - askedAt.getTime()))}</td>
              <td data-label="Reason">${reason ?? "none given"}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${andMore(more, "request")}`;
}

/** What happened last, newest first. */
export function auditTable(entries: readonly AuditEntry[], now: Date) {
  if (entries.length === 0) return html`<p class="none">Nothing in the last day.</p>`;
  return html`<table>
    <caption class="unseen">
      The audit trail, newest first
    </caption>
    <thead>
      <tr>
        <th scope="col">When (UTC)</th>
        <th scope="col">What</th>
        <th scope="col">Registry</th>
        <th scope="col">Address</th>
        <th scope="col">Who</th>
      </tr>
    </thead>
    <tbody>
      ${entries.map(
        ({ at, event }) =>
          html`<tr>
            <th scope="row">${whenOf(at, now)}</th>
            <td data-label="What">${wordsOf(event.kind)}</td>
            <td data-label="Registry">
              ${"registry" in event ? registryNameOf(event.registry) : "–"}
            </td>
            <td data-label="Address">${"address" in event ? event.address : "–"}</td>
            <td data-label="Who">${"by" in event ? event.by.name : "–"}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** A share as a bar. It says nothing that the words beside it do not. */
function meter(share: number, kind: "open" | "soft" | "slot" | "bad") {
  return html`<svg class="meter" aria-hidden="true" viewBox="0 0 100 8" preserveAspectRatio="none">
    <rect class="track" width="100" height="8" rx="2" />
    <rect class="${kind}" width="${Math.round(share * 1_000) / 10}" height="8" rx="2" />
  </svg>`;
}

function andMore(count: number, noun: string) {
  return count > 0 ? html`<p class="none">And ${plural(count, `more ${noun}`)}.</p>` : "";
}

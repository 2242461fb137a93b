import type { Proof } from "../../domain/proof.ts";
import type { SentCard } from "../store.ts";
import type { WantedCard } from "./wanted-card.ts";

/**
 * The one card of a request that has no address yet, in the slot that the request's own card takes over. The first one
 * holds the link, so it went out as the answer to the question and can't be made again: until the link was used there
 * is nothing to send or to update.
 */
export function proofCards(proof: Proof, sent: readonly SentCard[]): readonly WantedCard[] {
  const { requester, seen, status, version } = proof;
  const slot = "request";
  const isThere = sent.some((card) => card.slot === slot && card.to === requester.id);
  if (status === "proving" && seen === undefined) return [];
  // Whose answer never arrived need not hear that it is over.
  if (status === "unproven" && !isThere) return [];
  const view = { kind: "proof", proof } as const;
  return [{ slot, to: requester.id, view, shows: `proof ${String(version)}` }];
}

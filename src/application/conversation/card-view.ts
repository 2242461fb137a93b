import type { Finding } from "../../domain/finding.ts";
import type { Closing, Ended, Lease, Open } from "../../domain/lease.ts";
import type { Proof } from "../../domain/proof.ts";
import type { Pending, Request } from "../../domain/request.ts";
import type { Slots } from "../../domain/slots.ts";

/** What an approver weighs besides the request itself, as of `now`. */
export type Surroundings = {
  readonly now: Date;
  /** What an approver should know of the registry before opening it. */
  readonly findings: readonly Finding[];
  /** As last observed; `undefined` when nobody has looked yet. */
  readonly slots: Slots | undefined;
  /** How many other people have the registry open. */
  readonly others: number;
  /** How many of those have it open for this very address. */
  readonly sharing: number;
};

/** What one card shows. All of it comes from the store; the Teams adapter only turns it into a card. */
export type CardView =
  /** To the requester: how the request stands, and how many of its approvers could be reached. */
  | {
      readonly kind: "request";
      readonly request: Request;
      /** How many approvers it was sent to; `undefined` where only the conversation could tell. */
      readonly reached: number | undefined;
      readonly approvers: number;
      readonly quorum: number;
      /** Names of those who can decide, as far as they are known. */
      readonly deciders: readonly string[];
      /** Set when approvers are told in their channel, and not each. */
      readonly inbox?: "channel";
    }
  /** To the requester, as long as there is no address: what the link has seen, or that it came to nothing. */
  | { readonly kind: "proof"; readonly proof: Proof }
  /** To each approver: what is asked and, later, what became of it. */
  | {
      readonly kind: "approval";
      readonly request: Request;
      readonly lease: Lease | undefined;
      readonly quorum: number;
      readonly surroundings: Surroundings;
      /** Set for somebody who is no approver any more: there is nothing to click. */
      readonly mayDecide?: false;
    }
  /** To approvers: what has waited for them for a while, at the least one request. */
  | { readonly kind: "reminder"; readonly waiting: readonly Pending[] }
  /** To the requester, once the rule was read back. */
  | {
      readonly kind: "opened";
      readonly lease: Open | Closing | Ended;
      /** How much longer it can be asked for with one click. */
      readonly extendByMs: readonly number[];
    }
  /** To the requester, shortly before the end. */
  | {
      readonly kind: "ending";
      readonly lease: Open | Closing | Ended;
      /** Set when the lease got more time since it was said. */
      readonly moved?: true;
      readonly extendByMs: readonly number[];
    }
  /** To those who answer for the registry: what is past its end and was not seen gone; later, that it was. */
  | {
      readonly kind: "overdue";
      readonly lease: Lease;
      /** What the last attempt said; `undefined` when none failed: then no worker is at it. */
      readonly lastFailure: string | undefined;
    }
  /** To the requester, once the rule was seen gone, or will never come. */
  | { readonly kind: "ended"; readonly lease: Ended };

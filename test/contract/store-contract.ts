import { describe } from "node:test";
import { auditContract } from "./audit-contract.ts";
import { claimContract } from "./claim-contract.ts";
import { commitContract } from "./commit-contract.ts";
import { holdContract } from "./hold-contract.ts";
import type { OpenStore } from "./opened-store.ts";
import { recordContract } from "./record-contract.ts";
import { tallyContract } from "./tally-contract.ts";
import { trailContract } from "./trail-contract.ts";

/** What every store must do. The product relies on each sentence, whichever store it runs on. */
export function storeContract(name: string, open: OpenStore): void {
  describe(`store on ${name}`, () => {
    commitContract(open);
    recordContract(open);
    auditContract(open);
    trailContract(open);
    claimContract(open);
    holdContract(open);
    tallyContract(open);
  });
}

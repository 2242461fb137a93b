import { auditExportCommand } from "./audit-export-command.ts";
import { auditVerifyCommand } from "./audit-verify-command.ts";
import type { Command } from "./command.ts";
import { forgetCommand } from "./forget-command.ts";
import { doctorCommand } from "./doctor-command.ts";
import { freezeCommand, unfreezeCommand } from "./freeze-command.ts";
import { leasesCommand } from "./leases-command.ts";
import { openCommand } from "./open-command.ts";
import { policyCheckCommand, policyTryCommand } from "./policy-command.ts";
import { revokeAllCommand } from "./revoke-all-command.ts";
import { rulesCommand } from "./rules-command.ts";
import { sweepCommand } from "./sweep-command.ts";

/** Every command there is, in the order in which help lists them. */
export const COMMANDS: readonly Command[] = [
  doctorCommand,
  leasesCommand,
  rulesCommand,
  openCommand,
  sweepCommand,
  freezeCommand,
  unfreezeCommand,
  revokeAllCommand,
  policyCheckCommand,
  policyTryCommand,
  auditExportCommand,
  auditVerifyCommand,
  forgetCommand,
];

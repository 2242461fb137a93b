import { userInfo } from "node:os";
import { operatorCalled, type Operator } from "../domain/operator.ts";
import type { Call } from "./command.ts";

/** What `--by` is, for the help of each command that changes something. */
export const BY = {
  value: "NAME",
  says: "Who does this, for the audit trail; else the name of the user on this machine. Nobody checks it.",
} as const;

/** Who gives the command: as they say, or as the machine knows them. */
export function operatorOf(call: Pick<Call, "option">): Operator {
  return operatorCalled(call.option("by") ?? userName());
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in passwd, as containers often have it.
    return `user ${String(process.getuid?.() ?? "unknown")}`;
  }
}

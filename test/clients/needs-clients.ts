import { reasonToSkip } from "../debian-programs.ts";
import { CLIENTS } from "./client-programs.ts";

/** Why what needs the real clients can't run here; `false` when it can, and always with CI=true. */
export const clientsMissing: string | false = reasonToSkip(CLIENTS);

// Before the tests: az and skopeo from PATH, or from Debian's packages where this user may install them.
import { ensurePrograms } from "../debian-programs.ts";
import { CLIENTS } from "./client-programs.ts";

ensurePrograms(CLIENTS);

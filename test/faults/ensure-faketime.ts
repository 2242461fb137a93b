// Before the fault tests: faketime from PATH, or from Debian's packages where this user may install them.
import { ensurePrograms } from "../debian-programs.ts";
import { FAKETIME } from "./faketime.ts";

ensurePrograms(FAKETIME);

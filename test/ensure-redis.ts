// Before the tests: a redis-server from PATH and libfaketime, or both from Debian's packages where this user may
// install them.
import { ensurePrograms } from "./debian-programs.ts";
import { FAKETIME } from "./redis-on-set-clock.ts";
import { REDIS } from "./redis-server.ts";

ensurePrograms(REDIS);
ensurePrograms(FAKETIME);

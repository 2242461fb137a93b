// Before the tests: a redis-server from PATH and libfaketime, or both from Debian's packages where this user may
// install them; and valkey-server where there is one.
import { ensureOptionalPrograms, ensurePrograms } from "./debian-programs.ts";
import { FAKETIME } from "./redis-on-set-clock.ts";
import { REDIS, VALKEY } from "./redis-server.ts";

ensurePrograms(REDIS);
ensurePrograms(FAKETIME);
ensureOptionalPrograms(VALKEY);

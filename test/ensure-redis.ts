// Before the tests: a redis-server from PATH, or from Debian's packages where this user may install them; and
// valkey-server where there is one.
import { ensureOptionalPrograms, ensurePrograms } from "./debian-programs.ts";
import { REDIS, VALKEY } from "./redis-server.ts";

ensurePrograms(REDIS);
ensureOptionalPrograms(VALKEY);

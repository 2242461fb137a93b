// Before the tests: a redis-server from PATH, or from Debian's packages where this user may install them.
import { ensurePrograms } from "./debian-programs.ts";
import { REDIS } from "./redis-server.ts";

ensurePrograms(REDIS);

// Before the tests: a browser that is missing is installed where this user may, and demanded with CI=true.
import { BROWSER } from "./browser.ts";
import { ensurePrograms } from "./debian-programs.ts";

ensurePrograms(BROWSER);

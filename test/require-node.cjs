// Runs on any Node: says in one sentence what is needed, before a newer syntax makes an older Node say it in its own.
"use strict";

const NEEDED = 24;
const [major] = process.versions.node.split(".");
if (Number(major) < NEEDED) {
  process.stderr.write(
    `Drawbridge needs Node ${NEEDED} or newer, and this is ${process.version}: install it from https://nodejs.org (on Linux x64, npm ci brings its own).\n`,
  );
  process.exit(1);
}

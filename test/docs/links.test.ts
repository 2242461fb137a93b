import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, it } from "node:test";
import { PAGES, ROOT, textOf } from "./pages.ts";

/** Without what stands in code, where nothing is a link or a heading. */
function prose(path: string): string {
  return textOf(path).replaceAll(/^( *)```.*\n(?:.*\n)*?\1```$/gm, "");
}

/** The anchors that GitHub gives to headings: lower case, no punctuation, dashes for spaces, numbers for repeats. */
function anchorsOf(path: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of prose(path).matchAll(/^#{1,6} (.*)$/gm)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = text.replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-");
    let anchor = slug;
    for (let more = 1; anchors.has(anchor); more += 1) anchor = `${slug}-${String(more)}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** What a link of a page, or a picture on it, leads to, when that is not there. */
function brokenLinks(path: string): readonly string[] {
  const links = prose(path)
    .replaceAll(/`[^`\n]*`/g, "")
    .matchAll(/\]\(([^)\s]+)(?:\s"[^"]*")?\)|(?:src|href)="([^"]*)"/g);
  return [...links].flatMap(([, inText, inTag]) => {
    const target = inText ?? inTag ?? "";
    if (/^[a-z]+:/.test(target)) return [];
    const [file = "", anchor] = target.split("#");
    const url = file === "" ? new URL(path, ROOT) : new URL(file, new URL(path, ROOT));
    if (!existsSync(url)) return [target];
    const to = url.href.slice(ROOT.href.length);
    return anchor === undefined || anchorsOf(to).has(anchor) ? [] : [target];
  });
}

describe("the links of the pages", () => {
  for (const path of PAGES) {
    it(`lead somewhere: ${path}`, () => {
      assert.deepEqual(brokenLinks(path), []);
    });
  }

  it("are followed where there are any", () => {
    assert.ok(PAGES.includes("README.md") && PAGES.includes("deployment/infra/README.md"));
    assert.ok(anchorsOf("docs/troubleshooting.md").has("the-store-cant-be-reached"));
  });
});

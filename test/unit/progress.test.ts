import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { progressOn } from "../../src/cli/progress.ts";

describe("progress", () => {
  const on = (isTTY: boolean | undefined): readonly string[] => {
    const written: string[] = [];
    const stream = {
      ...(isTTY === undefined ? {} : { isTTY }),
      write: (text: string) => written.push(text),
    };
    const { show, clear } = progressOn(stream);
    show("1 of 2");
    clear();
    clear();
    return written;
  };

  it("is one line on a terminal, taken away before anything else is written", () => {
    assert.deepEqual(on(true), ["\r\u001b[K1 of 2", "\r\u001b[K"]);
  });

  it("is nothing at all in a file or a pipe", () => {
    assert.deepEqual([on(false), on(undefined)], [[], []]);
  });
});

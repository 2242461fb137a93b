/** One command as a page has it. */
export type ShellLine = { readonly page: string; readonly command: string };

/** The blocks that have no language, by how they begin: what they are is said and seen elsewhere. */
const NO_SHELL = /^(ACL SETUSER|drawbridge [a-z-]+|drawbridge\.contoso\.example \{|Teams |\s)/;
/** Indented, and a file's content. */
const SETTINGS = /^(appendonly|appendfsync|maxmemory-policy) /;

/**
 * Each command of a page: those of `sh` blocks and of indented blocks, and in the text what begins with az, drawbridge
 * or npm run. What is in `$(…)`, after a pipe or after && is a command of its own. Throws at a block without a language
 * that is not known, since it could have commands.
 */
export function shellLines(page: string, text: string): readonly ShellLine[] {
  const lines: string[] = [];
  const fence = /^( *)```(\w*)\n((?:.*\n)*?)\1```$/gm;
  for (const [, indent = "", language, body = ""] of text.matchAll(fence)) {
    const block = body.split("\n").map((line) => line.slice(indent.length));
    if (language === "sh") lines.push(...joined(block));
    else if (language === "" && !NO_SHELL.test(block.join("\n"))) {
      throw new Error(`${page}: a block without a language: ${block[0] ?? ""}`);
    }
  }
  const prose = text.replaceAll(fence, "");
  const indented = [...prose.matchAll(/(?<=\n\n)(?: {4}\S.*\n)+/g)].flatMap(([block]) =>
    block.split("\n").map((line) => line.trim()),
  );
  lines.push(...joined(indented).filter((line) => !SETTINGS.test(line)));
  for (const [, code = ""] of prose.matchAll(/`((?:az|drawbridge|npm run) [^`]+)`/g)) {
    lines.push(code.replaceAll(/\s+/g, " "));
  }
  return lines.flatMap((line) => commandsOf(line).map((command) => ({ page, command })));
}

/** As a shell splits it: words, and what stands in quotes as one. */
export function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, word]) => double ?? single ?? word ?? "",
  );
}

function joined(block: readonly string[]): readonly string[] {
  return block
    .join("\n")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.replace(/(^|\s)#\s.*$/, "").trim())
    .filter((line) => line !== "");
}

function commandsOf(line: string): readonly string[] {
  const inner: string[] = [];
  const outer = line.replaceAll(/\$\(([^()]*)\)/g, (_, command: string) => {
    inner.push(command);
    return "VALUE";
  });
  const parts = outer.match(/(?:"[^"]*"|'[^']*'|[^"'|&])+/g) ?? [];
  return [...parts.map((part) => part.trim().replace(/^sudo /, "")), ...inner].filter(
    (command) => command !== "",
  );
}

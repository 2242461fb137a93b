import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, it } from "node:test";
import ts from "typescript";
import { wordsFor, type CardWords } from "../../src/adapters/teams/cards/words.ts";

const TEAMS = join(import.meta.dirname, "../../src/adapters/teams");
/** Where sentences are. What they say in another language would stand beside them. */
const WORDING = /(?:^|-)wording\.ts$|^english-|^words\.ts$|^phrases\.ts$/;
/** Texts of the SDK, to be told from each other; nobody reads them. */
const OF_THE_SDK = new Set(["bearer-token.ts"]);

const files = globSync("**/*.ts", { cwd: TEAMS }).map((path) => ({
  path,
  isWording: WORDING.test(basename(path)),
  source: ts.createSourceFile(
    path,
    readFileSync(join(TEAMS, path), "utf8"),
    ts.ScriptTarget.Latest,
    true,
  ),
}));
const others = files.filter(({ path, isWording }) => !isWording && !OF_THE_SDK.has(basename(path)));

/** Two words or more of which the first is capital, as people begin a sentence or a title; not what an error says. */
function sentencesIn(node: ts.Node): readonly string[] {
  if (ts.isNewExpression(node) && node.expression.getText().endsWith("Error")) return [];
  const text =
    ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)
      ? node.text
      : ts.isTemplateExpression(node)
        ? [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("…")
        : "";
  const own = /^…?\W*[A-Z][\w']* +[a-zA-Z…]|[a-z] [a-z]+[.?!](?: |…|$)/.test(text) ? [text] : [];
  const below: string[] = [];
  ts.forEachChild(node, (child) => void below.push(...sentencesIn(child)));
  return [...own, ...below];
}

/** The same words, whatever they say. */
type Translated<T> = T extends string
  ? string
  : T extends (...given: infer Given) => infer Said
    ? (...given: Given) => Translated<Said>
    : { readonly [Key in keyof T]: Translated<T[Key]> };

/** Compiles as long as the type of the words names no sentence of one language. */
function asWords(translated: Translated<CardWords>): CardWords {
  return translated;
}

function importsOf(source: ts.SourceFile): readonly string[] {
  return source.statements
    .filter(ts.isImportDeclaration)
    .filter(({ importClause }) => importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword)
    .map(({ moduleSpecifier }) =>
      ts.isStringLiteral(moduleSpecifier) ? basename(moduleSpecifier.text) : "",
    );
}

describe("what the bot says", () => {
  it("stands in the wording modules, every sentence of it", () => {
    assert.ok(others.length > 30);
    const strays = others.flatMap(({ path, source }) =>
      sentencesIn(source).map((text) => `${path}: ${text}`),
    );
    assert.deepEqual(strays, []);
  });

  it("is taken from the words of the reader's language, and from no module of one language", () => {
    const direct = others.flatMap(({ path, source }) =>
      importsOf(source)
        .filter((name) => WORDING.test(name) && name !== "words.ts")
        .map((name) => `${path} imports ${name}`),
    );
    assert.deepEqual(direct, []);
  });

  it("can be said in another language, which is another object of the same type", () => {
    const english = wordsFor("en-GB");
    assert.equal(asWords(english), wordsFor(undefined));
  });

  it("is in the language of who reads it, wherever that is known", () => {
    const calls = others.flatMap(({ path, source }) =>
      [...source.text.matchAll(/wordsFor\((?<of>[^)]*)\)/g)].map(
        ({ groups }) => [path, groups?.["of"] ?? ""] as const,
      ),
    );
    assert.ok(calls.length > 5);
    const unknown = calls.filter(([, of]) => !/(?:^|\.)locale$/.test(of));
    // Nobody knows what those read who look at a channel.
    assert.deepEqual(unknown, [["messenger.ts", "undefined"]]);
  });
});

// dclint's own types name their parts without an extension, which TypeScript does not follow here.
declare module "dclint" {
  type Rule = 0 | 1 | 2 | readonly [0 | 1 | 2, Readonly<Record<string, unknown>>];
  type Message = { readonly rule: string; readonly line: number; readonly message: string };

  export class DCLinter {
    constructor(config: {
      readonly rules: Readonly<Record<string, Rule>>;
      readonly quiet: boolean;
      readonly debug: boolean;
      readonly exclude: readonly string[];
    });
    lintFiles(
      paths: readonly string[],
      recursive: boolean,
    ): readonly { readonly messages: readonly Message[] }[];
  }
}

const LOGIN_SERVER = /^(?:https:\/\/)?([a-z0-9]{5,50})\.azurecr\.(?:io|us|cn)\/?$/;
const REGISTRY_NAME = /^[a-z0-9]{5,50}$/;

/** The registry that a word names, by its name or its login server; `undefined` when it can't be either. */
export function registryIn(word: string): string | undefined {
  const name = LOGIN_SERVER.exec(word)?.[1] ?? word;
  return REGISTRY_NAME.test(name) ? name : undefined;
}

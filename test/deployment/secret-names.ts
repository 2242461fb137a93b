/** Whether a variable of that name holds what nobody may see. */
export function isSecretName(name: string): boolean {
  return /password|secret|token$|_key$|^redis_url$/i.test(name);
}

/**
 * Whether a service URL is at one of the exact origins that the bot may write to, and written the way Teams writes it:
 * with a path, and without a user, capital letters or anything else that readers of URLs differ over.
 */
export function isConnectorUrl(serviceUrl: string, origins: readonly string[]): boolean {
  const origin = URL.parse(serviceUrl)?.origin ?? "";
  return origins.includes(origin) && serviceUrl.startsWith(`${origin}/`);
}

import type { AzureEmulator } from "../emulators/azure/emulator.ts";
import { APP_ID, type TeamsPerson } from "../emulators/teams/people.ts";
import { startSigningGateway } from "../emulators/teams/signing-gateway.ts";
import type { World } from "../world/world.ts";
import { startPlayground } from "./playground.ts";

/** A window that somebody can open in a browser. */
export type Window = { readonly person: TeamsPerson; readonly url: string };

/** A Playground window per person, all reaching the bot through one gateway that signs what they send. */
export async function openWindows(
  { issuer, botUrl }: World,
  people: readonly TeamsPerson[],
  ports: readonly number[],
  folder: string,
): Promise<{ readonly open: readonly Window[]; close(): Promise<void> }> {
  const gateway = await startSigningGateway({ issuer, appId: APP_ID, botUrl });
  const stops: (() => Promise<void>)[] = [() => gateway.stop()];
  const close = async (): Promise<void> => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  const open: Window[] = [];
  try {
    for (const [index, person] of people.entries()) {
      const port = ports[index];
      if (port === undefined) throw new Error("There are fewer ports than people.");
      const playground = await startPlayground({ person, gatewayUrl: gateway.url, port, folder });
      stops.push(() => playground.stop());
      open.push({ person, url: playground.url });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { open, close };
}

/** What to do with the windows. */
export function describeWindows(open: readonly Window[], azure: AzureEmulator): string {
  const windows = open.map(({ person, url }) => `  ${person.name.padEnd(18)} ${url}`);
  return `
Now you. Two windows of the Microsoft 365 Agents Playground, on bots and rules that are still running:

${windows.join("\n")}

Open both. As Robin, write:   allow 203.0.113.20 for 5m on acrdemomagic because I want to see it
As Alex, click Approve. Then: status
Whose rules are on the registry, with times:   ${azure.controlUrl}/history

Ctrl+C ends everything and leaves nothing behind.
`;
}

import type { AzureEmulator } from "../emulators/azure/emulator.ts";
import { APP_ID, type TeamsPerson } from "../emulators/teams/people.ts";
import { startSigningGateway } from "../emulators/teams/signing-gateway.ts";
import type { World } from "../world/world.ts";
import { link, look, toType } from "./look.ts";
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
export function describeWindows(
  open: readonly Window[],
  azure: Pick<AzureEmulator, "controlUrl">,
  statusUrl: string,
): string {
  const windows = open.map(({ person, url }) => `  ${person.name.padEnd(18)} ${link(url)}`);
  return `
${look("bold", "Now you.")} Two windows of the Microsoft 365 Agents Playground, on bots and rules that are still running:

${windows.join("\n")}

Open both. As Robin, write:
${toType("allow 203.0.113.20 for 5m on acrdemomagic because I want to see it")}
As Alex, click Approve; Robin's card says Open. Then, as Robin:
${toType("status")}
and click Give back, or wait five minutes.

  ${"Status page".padEnd(18)} ${link(statusUrl)}
  ${"Rules, with times".padEnd(18)} ${link(`${azure.controlUrl}/history`)}

Ctrl+C ends everything.
`;
}

// Runs the emulator alone, with the sample registries: one line of JSON says where it is, SIGTERM or SIGINT ends it.
import { once } from "node:events";
import { startAzureEmulator } from "./emulator.ts";
import { SAMPLE_REGISTRIES } from "./samples.ts";

const emulator = await startAzureEmulator({ registries: SAMPLE_REGISTRIES });
const told = Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
console.log(
  JSON.stringify({
    arm: emulator.armUrl,
    token: emulator.tokenUrl,
    imds: emulator.imdsUrl,
    control: emulator.controlUrl,
    ca: emulator.caFile,
    registries: emulator.registries,
  }),
);
await told;
await emulator.stop();

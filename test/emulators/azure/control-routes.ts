import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import { registrySettings } from "./controls.ts";
import type { Controls } from "./controls.ts";
import { externalWriteSchema } from "./external-writers.ts";
import { faultSchema } from "./faults.ts";
import { parseJson, readBody, sendJson } from "./local-http.ts";
import { registrySeed } from "./registry.ts";
import { throttlingSchema } from "./throttle.ts";

const wholeList = z.strictObject({ id: z.string(), rules: z.array(z.string()) });
const onlyId = z.strictObject({ id: z.string() });
const settingsOfOne = z.strictObject({ id: z.string(), ...registrySettings.shape });
const clockChange = z.union([
  z.strictObject({ at: z.iso.datetime() }),
  z.strictObject({ advanceMs: z.number() }),
]);
const throttlingChange = z.union([z.boolean(), throttlingSchema]);

interface Outcome {
  readonly status: number;
  readonly body?: unknown;
}

/**
 * Answers a request below `/_emulator`:
 * - `GET registries` (every one as it is), `POST registries` (a seed), `PATCH registries` ({id, …RegistrySettings}),
 *   `DELETE registries` ({id}), `POST registries/recreate` (a seed);
 * - `PUT registries/rules` ({id, rules}) and `POST writes` (an ExternalWrite) write as somebody else;
 * - `POST faults` (a Fault), `DELETE faults` (all of them), `PUT throttling` (true, false or Throttling), `POST clock` ({at} or {advanceMs});
 * - `GET history`, `GET journal`, `POST reset`.
 * A body that does not fit is a 400, what the emulator cannot do (seed twice, write to an unknown registry) a 409;
 * both say why in `error`.
 */
export async function serveControl(
  controls: Controls,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const body = parseJson(await readBody(request));
  const { status, body: reply } = await control(controls, `${request.method ?? ""} ${path}`, body);
  sendJson(request, response, status, reply);
}

async function control(controls: Controls, operation: string, body: unknown): Promise<Outcome> {
  switch (operation) {
    case "POST /_emulator/registries":
      return withBody(registrySeed, body, async (seed) => ({
        status: 201,
        body: await controls.seed(seed),
      }));
    case "GET /_emulator/registries":
      return { status: 200, body: controls.states() };
    case "PATCH /_emulator/registries":
      return withBody(settingsOfOne, body, ({ id, ...settings }) => {
        controls.configure(id, settings);
        return { status: 204 };
      });
    case "DELETE /_emulator/registries":
      return withBody(onlyId, body, ({ id }) => {
        controls.remove(id);
        return { status: 204 };
      });
    case "POST /_emulator/registries/recreate":
      return withBody(registrySeed, body, async (seed) => ({
        status: 201,
        body: await controls.recreate(seed),
      }));
    case "PUT /_emulator/throttling":
      return withBody(throttlingChange, body, (limits) => {
        controls.throttle(limits);
        return { status: 204 };
      });
    case "POST /_emulator/clock":
      return withBody(clockChange, body, (change) => {
        if ("at" in change) controls.setClock(new Date(change.at));
        else controls.advanceClock(change.advanceMs);
        return { status: 204 };
      });
    case "POST /_emulator/reset":
      await controls.reset();
      return { status: 204 };
    case "GET /_emulator/history":
      return { status: 200, body: controls.history() };
    case "GET /_emulator/journal":
      return { status: 200, body: controls.journal() };
    case "PUT /_emulator/registries/rules":
      return withBody(wholeList, body, ({ id, rules }) => {
        controls.externalWrite(id, rules);
        return { status: 204 };
      });
    case "POST /_emulator/writes":
      return withBody(externalWriteSchema, body, (write) => {
        controls.external(write);
        return { status: 204 };
      });
    case "POST /_emulator/faults":
      return withBody(faultSchema, body, (fault) => {
        controls.fault(fault);
        return { status: 204 };
      });
    case "DELETE /_emulator/faults":
      controls.clearFaults();
      return { status: 204 };
    default:
      return { status: 404, body: { error: `No such control: ${operation}` } };
  }
}

async function withBody<T>(
  schema: z.ZodType<T>,
  body: unknown,
  act: (value: T) => Outcome | Promise<Outcome>,
): Promise<Outcome> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return { status: 400, body: { error: z.prettifyError(parsed.error) } };
  try {
    return await act(parsed.data);
  } catch (error) {
    return { status: 409, body: { error: String(error) } };
  }
}

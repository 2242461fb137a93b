import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import type { Controls } from "./controls.ts";
import { faultSchema } from "./faults.ts";
import { parseJson, readBody, sendJson } from "./local-http.ts";
import { registrySeed } from "./registry.ts";

const externalWrite = z.strictObject({ id: z.string(), rules: z.array(z.string()) });

interface Outcome {
  readonly status: number;
  readonly body?: unknown;
}

/**
 * Answers a request below `/_emulator`: `POST registries` (a seed), `POST reset`, `GET history`, `GET journal`,
 * `PUT registries/rules` ({id, rules}) and `POST faults` (a fault). A body that does not fit is a 400, what the
 * emulator cannot do (seed twice, write to an unknown registry) a 409; both say why in `error`.
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
    case "POST /_emulator/reset":
      await controls.reset();
      return { status: 204 };
    case "GET /_emulator/history":
      return { status: 200, body: controls.history() };
    case "GET /_emulator/journal":
      return { status: 200, body: controls.journal() };
    case "PUT /_emulator/registries/rules":
      return withBody(externalWrite, body, ({ id, rules }) => {
        controls.externalWrite(id, rules);
        return { status: 204 };
      });
    case "POST /_emulator/faults":
      return withBody(faultSchema, body, (fault) => {
        controls.fault(fault);
        return { status: 204 };
      });
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

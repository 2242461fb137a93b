import type restify from "restify";
import { hasPlainTarget } from "./plain-target.ts";
import { STRICT_HEADERS } from "./strict-headers.ts";

/** Each answer is strict, and each request goes to one path of one host. */
export function beStrict(
  request: restify.Request,
  response: restify.Response,
  next: restify.Next,
): void {
  for (const [name, value] of Object.entries(STRICT_HEADERS)) response.setHeader(name, value);
  if (hasPlainTarget(request)) {
    next();
    return;
  }
  response.sendRaw(400, "", { connection: "close" });
  next(false);
}

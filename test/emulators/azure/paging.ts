import type { ArmRequest } from "./arm-call.ts";
import type { ArmReply } from "./arm-replies.ts";

/** One page of a list, with an absolute `nextLink` when there is more. The token in it is the place to go on at. */
export function page(request: ArmRequest, items: readonly unknown[], size: number): ArmReply {
  const { target, origin } = request;
  const token = target.searchParams.get("$skiptoken") ?? "";
  const from = Number(Buffer.from(token, "base64url").toString()) || 0;
  const next = from + size;
  const value = items.slice(from, next);
  if (next >= items.length) return { status: 200, body: { value } };
  const query = new URLSearchParams(target.searchParams);
  query.set("$skiptoken", Buffer.from(String(next)).toString("base64url"));
  const nextLink = `${origin}${target.pathname}?${query.toString()}`;
  return { status: 200, body: { value, nextLink } };
}

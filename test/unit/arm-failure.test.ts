import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createHttpHeaders, createPipelineRequest, RestError } from "@azure/core-rest-pipeline";
import { armFailure } from "../../src/adapters/azure/arm-failure.ts";

function answer(status: number | undefined, code?: string, retryAfter?: string): RestError {
  const request = createPipelineRequest({ url: "https://management.azure.com/" });
  const headers = createHttpHeaders(retryAfter === undefined ? {} : { "retry-after": retryAfter });
  return new RestError("a message for people", {
    ...(code === undefined ? {} : { code }),
    ...(status === undefined
      ? {}
      : { statusCode: status, request, response: { request, status, headers } }),
  });
}

function named(name: string): Error {
  return Object.assign(new Error("a message for people"), { name });
}

describe("a failure of Azure", () => {
  it("is told by status and code, each kind by what can be done about it", () => {
    const cases: [Error, string, string][] = [
      [answer(400, "BadRequest"), "refused", "refused"],
      [answer(401, "InvalidAuthenticationToken"), "not-allowed", "not-allowed"],
      [answer(403, "AuthorizationFailed"), "not-allowed", "not-allowed"],
      [answer(403, "RequestDisallowedByPolicy"), "refused", "refused"],
      [answer(404, "ResourceNotFound"), "not-found", "not-found"],
      [answer(408, "RequestTimeout"), "conflict", "unknown-outcome"],
      [answer(409, "RegistryStatusConflict"), "conflict", "conflict"],
      [answer(409, "ScopeLocked"), "locked", "locked"],
      [answer(412), "conflict", "conflict"],
      [answer(429, "SubscriptionRequestsThrottled", "7"), "wait", "wait"],
      [answer(503, "ServiceUnavailable", "7"), "wait", "wait"],
      [answer(500, "InternalServerError"), "conflict", "unknown-outcome"],
      [answer(504, "GatewayTimeout"), "conflict", "unknown-outcome"],
      [answer(undefined, "ECONNRESET"), "conflict", "unknown-outcome"],
      [answer(200, "PARSE_ERROR"), "conflict", "unknown-outcome"],
      [named("TimeoutError"), "conflict", "unknown-outcome"],
      [named("AbortError"), "conflict", "unknown-outcome"],
      [named("CredentialUnavailableError"), "not-allowed", "not-allowed"],
    ];
    for (const [error, ofRead, ofWrite] of cases) {
      assert.equal(armFailure(error, "read").kind, ofRead);
      assert.equal(armFailure(error, "write").kind, ofWrite);
    }
  });

  it("says how long to wait, within reason", () => {
    const waitMs = (retryAfter?: string): number => {
      const failure = armFailure(answer(429, "Throttled", retryAfter), "write");
      assert.ok(failure.kind === "wait");
      return failure.ms;
    };
    assert.equal(waitMs("7"), 7_000);
    assert.equal(waitMs("0"), 0);
    assert.equal(waitMs(), 10_000);
    assert.equal(waitMs("soon"), 10_000);
    assert.equal(waitMs("86400"), 300_000);
    const inTenSeconds = new Date(Date.now() + 10_000).toUTCString();
    assert.ok(waitMs(inTenSeconds) > 8_000 && waitMs(inTenSeconds) <= 10_000);
  });

  it("never hides a surprise", () => {
    const bug = new TypeError("Cannot read properties of undefined");
    assert.throws(() => armFailure(bug, "read"), bug);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AzureClouds } from "@azure/arm-containerregistry";
import { AzureAuthorityHosts } from "@azure/identity";
import { CLOUDS } from "../../src/adapters/azure/cloud.ts";

describe("the clouds", () => {
  it("are where Azure's own SDK has them", () => {
    assert.deepEqual(
      Object.values(CLOUDS).map(({ authorityHost }) => authorityHost),
      [
        AzureAuthorityHosts.AzurePublicCloud,
        AzureAuthorityHosts.AzureGovernment,
        AzureAuthorityHosts.AzureChina,
      ],
    );
    assert.deepEqual(Object.keys(CLOUDS).length, Object.keys(AzureClouds).length);
  });
});

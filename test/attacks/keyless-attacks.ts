import { freePort } from "../free-port.ts";
import { APP_ID } from "../emulators/teams/people.ts";
import { sqliteStore } from "../world/store-choice.ts";
import type { Attack } from "./attack.ts";
import { activityOf } from "./forged-activity.ts";

/** A bot that can't fetch the keys that tokens are checked with must believe none, and blame nobody. */
export const KEYLESS_ATTACKS: readonly Attack[] = [
  {
    door: "token",
    attack: "good or bad, 40 times, while the keys can't be fetched",
    expected: "40 times 503, empty",
    prepare: async (world) => {
      const [port, nobodys, store] = [await freePort(), await freePort(), await sqliteStore()];
      const product = await world.start({
        ...store.settings,
        DRAWBRIDGE_ROLE: "bot",
        PORT: String(port),
        OPERATIONS_PORT: "0",
        BOT_OPENID_METADATA_URL: `http://127.0.0.1:${String(nobodys)}/keys`,
      });
      return async () => {
        const { serviceUrl } = world.connector;
        const token = world.issuer.connectorToken({ appId: APP_ID, serviceUrl });
        const seen = new Set<string>();
        for (let n = 0; n < 40; n += 1) {
          const response = await fetch(`http://127.0.0.1:${String(port)}/api/messages`, {
            method: "POST",
            headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
            body: JSON.stringify(activityOf(world, {})),
            signal: AbortSignal.timeout(10_000),
          });
          const body = await response.text();
          seen.add(`${String(response.status)}, ${body === "" ? "empty" : body}`);
        }
        await product.stop();
        await store.remove();
        return `40 times ${[...seen].join(" and ")}`;
      };
    },
  },
];

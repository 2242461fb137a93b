import type { Attack } from "./attack.ts";
import { forgeries, type Forgery } from "./forged-activity.ts";

const OTHER = "99999999-9999-4999-8999-999999999999";

function refused(why: string, rows: Readonly<Record<string, () => Forgery>>): readonly Attack[] {
  return forgeries("activity", `403, empty, logged once: ${why}`, rows);
}

/** As if the attacker had a token for it, too: the host alone decides. */
function at(serviceUrl: string): Forgery {
  return { claims: { serviceUrl }, activity: { serviceUrl } };
}

/** Activities that a good token comes with, and that are not for us all the same. */
export const ACTIVITY_ATTACKS: readonly Attack[] = [
  ...refused("another tenant", {
    "another tenant in the channel data": () => ({
      activity: { channelData: { tenant: { id: OTHER } } },
    }),
    "another tenant in the conversation": () => ({
      activity: { conversation: { conversationType: "personal", tenantId: OTHER, id: "a:x" } },
    }),
    "a tenant that is no id": () => ({ activity: { channelData: { tenant: { id: "*" } } } }),
    "an empty tenant in the conversation": () => ({
      activity: { conversation: { conversationType: "personal", tenantId: "", id: "a:x" } },
    }),
  }),
  ...refused("not a Teams activity: channelData.tenant", {
    "no tenant in the channel data, though one in the conversation": () => ({
      activity: { channelData: {} },
    }),
  }),
  ...refused("not a Teams activity: channelData", {
    "no channel data": () => ({ activity: { channelData: undefined } }),
  }),
  ...refused("unknown service URL", {
    "a host that begins like the Bot Connector's": () =>
      at("https://smba.trafficmanager.net.evil.example/teams/"),
    "a host that ends like the Bot Connector's": () =>
      at("https://evil-smba.trafficmanager.net/teams/"),
    "the Bot Connector's host as a user name": () =>
      at("https://smba.trafficmanager.net@evil.example/teams/"),
    "a user name before the Bot Connector's host": () =>
      at("https://evil.example@smba.trafficmanager.net/teams/"),
    "another port of the Bot Connector's host": () =>
      at("https://smba.trafficmanager.net:8443/teams/"),
    "a dot after the Bot Connector's host": () => at("https://smba.trafficmanager.net./teams/"),
    "the Bot Connector's host in capitals": () => at("https://SMBA.trafficmanager.net/teams/"),
    "the Bot Connector's host over http": () => at("http://smba.trafficmanager.net/teams/"),
    "a backslash after the Bot Connector's host": () =>
      at("https://smba.trafficmanager.net\\@evil.example/"),
    "the Bot Connector's host without a path": () => at("https://smba.trafficmanager.net"),
    "another host of this machine": () => at("http://127.0.0.1:9/emea/"),
    "a host that is no address of the web": () => at("file:///etc/passwd"),
  }),
  ...refused("not a Teams activity: serviceUrl", {
    "a service URL that is none": () => at("//evil.example/"),
  }),
  ...refused("not a Teams activity: from.aadObjectId", {
    "an object id that is a list": () => ({
      activity: { from: { id: "29:x", name: "X", aadObjectId: ["00000000"] } },
    }),
  }),
  ...refused("no Entra object id", {
    "nobody's object id": () => ({ activity: { from: { id: "29:x", name: "X" } } }),
    "an object id that is a name": () => ({
      activity: { from: { id: "29:x", name: "Alex Approver", aadObjectId: "Alex Approver" } },
    }),
  }),
  ...refused("a message without an id", {
    "a message without an id, that could be sent for ever": () => ({ activity: { id: undefined } }),
  }),
];

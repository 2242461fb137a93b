import { ACTIVITY_ATTACKS } from "./activity-attacks.ts";
import type { Attack } from "./attack.ts";
import { AUTHORITY_ATTACKS } from "./authority-attacks.ts";
import { INPUT_ATTACKS } from "./input-attacks.ts";
import { KEYLESS_ATTACKS } from "./keyless-attacks.ts";
import { LIMIT_ATTACKS } from "./limit-attacks.ts";
import { PAGE_ATTACKS } from "./page-attacks.ts";
import { REPLAY_ATTACKS } from "./replay-attacks.ts";
import { SENDING_ATTACKS } from "./sending-attacks.ts";
import { SETTINGS_ATTACKS } from "./settings-attacks.ts";
import { STORE_ATTACKS } from "./store-attacks.ts";
import { TOKEN_ATTACKS } from "./token-attacks.ts";

/** Every attack, door by door; those on the limits last, since they use them up. */
export const ATTACKS: readonly Attack[] = [
  ...TOKEN_ATTACKS,
  ...KEYLESS_ATTACKS,
  ...ACTIVITY_ATTACKS,
  ...SENDING_ATTACKS,
  ...SETTINGS_ATTACKS,
  ...REPLAY_ATTACKS,
  ...INPUT_ATTACKS,
  ...PAGE_ATTACKS,
  ...AUTHORITY_ATTACKS,
  ...STORE_ATTACKS,
  ...LIMIT_ATTACKS,
];

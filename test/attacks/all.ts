import { ACTIVITY_ATTACKS } from "./activity-attacks.ts";
import type { Attack } from "./attack.ts";
import { SETTINGS_ATTACKS } from "./settings-attacks.ts";
import { TOKEN_ATTACKS } from "./token-attacks.ts";

/** Every attack, door by door. */
export const ATTACKS: readonly Attack[] = [
  ...TOKEN_ATTACKS,
  ...ACTIVITY_ATTACKS,
  ...SETTINGS_ATTACKS,
];

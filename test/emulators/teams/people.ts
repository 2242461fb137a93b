/** Somebody with a Teams account in the emulated tenant. */
export interface TeamsPerson {
  /** The Teams id, valid for one bot only: `29:…`. */
  readonly id: string;
  /** The Entra object id, a GUID; the one thing about a sender that a bot may decide by. */
  readonly aadObjectId: string;
  readonly name: string;
  readonly email: string;
  /** The id of the person's one-to-one conversation with the bot: `a:…`. */
  readonly conversationId: string;
}

/** The tenant that everybody here is in. */
export const TENANT_ID = "11111111-1111-4111-8111-111111111111";

/** The app registration of the bot. */
export const APP_ID = "22222222-2222-4222-8222-222222222222";

/** What the bot is called in the emulated tenant. */
export const BOT_NAME = "Drawbridge";

/** The bot's id in Teams. */
export function botIdOf(appId: string): string {
  return `28:${appId}`;
}

/** Five people whose ids never change, so that a policy file can name them. */
export const PEOPLE = {
  robin: teamsPerson(1, "Robin Requester"),
  alex: teamsPerson(2, "Alex Approver"),
  sam: teamsPerson(3, "Sam Security"),
  casey: teamsPerson(4, "Casey Colleague"),
  dana: teamsPerson(5, "Dana Developer"),
} as const;

/** Those of `PEOPLE` who may decide requests. */
export const APPROVERS: readonly TeamsPerson[] = [PEOPLE.alex, PEOPLE.sam];

/** Somebody else; the first word of the name tells them from others. */
export function teamsPerson(number: number, name: string): TeamsPerson {
  const short = (name.split(" ")[0] ?? name).toLowerCase();
  return {
    id: `29:user-${short}`,
    aadObjectId: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
    name,
    email: `${short}@contoso.example`,
    conversationId: `a:personal-${short}`,
  };
}

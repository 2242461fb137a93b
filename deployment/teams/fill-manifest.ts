import { z } from "zod";

/** What can't be filled in; each line names a setting and what it must be. */
export class HalfFilled extends Error {
  override readonly name = "HalfFilled";
}

const EXAMPLE_ID = "22222222-2222-4222-8222-222222222222";
const page = z.url({ protocol: /^https$/, error: "must be an https URL" });
const origin = page
  .refine((text) => ["", "/"].includes(new URL(text).pathname), {
    error: "must be an origin such as https://host, without a path",
  })
  .refine((text) => !new URL(text).hostname.endsWith(".example"), {
    error: "is still the one of the example",
  });

const settings = z.object({
  MicrosoftAppId: z
    .guid("must be the bot's application id, a GUID")
    .transform((id) => id.toLowerCase())
    .refine((id) => id !== EXAMPLE_ID, { error: "is still the one of the example" }),
  PUBLIC_URL: origin,
  PROOF_IPV4_URL: origin.optional(),
  // Limits of Microsoft's schema for manifests.
  TEAMS_APP_NAME: z.string().max(30, "must have 30 characters at most").default("Drawbridge"),
  TEAMS_APP_VERSION: z
    .string()
    .regex(/^[1-9]\d*\.\d+\.\d+$/, "must be a version such as 1.0.1")
    .default("1.0.0"),
  TEAMS_DEVELOPER_NAME: z.string().max(32, "must have 32 characters at most"),
  TEAMS_DEVELOPER_URL: page,
  TEAMS_PRIVACY_URL: page,
  TEAMS_TERMS_URL: page,
});

const PLACE = /\$\{\{(\w+)\}\}/g;

/**
 * The manifest with the values of an environment in place of each `${{NAME}}`; an empty value counts as not set.
 * Throws HalfFilled, naming everything that is missing or wrong, at once.
 */
export function fillManifest(
  template: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const given = Object.entries(environment).filter(([, value]) => value !== "");
  const parsed = settings.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message, code, input }) => {
      const missing = code === "invalid_type" && input === undefined;
      return `  ${path.join(".")}: ${missing ? "is not set" : message}`;
    });
    throw new HalfFilled(`The package can't be filled:\n${lines.join("\n")}`);
  }
  const { PUBLIC_URL, PROOF_IPV4_URL, ...values } = parsed.data;
  const named: Readonly<Record<string, string>> = {
    ...values,
    PUBLIC_HOST: new URL(PUBLIC_URL).hostname,
    PROOF_IPV4_HOST: PROOF_IPV4_URL === undefined ? "" : new URL(PROOF_IPV4_URL).hostname,
  };
  const unknown = [...template.matchAll(PLACE)].filter(([, name = ""]) => !(name in named));
  if (unknown.length > 0) {
    throw new HalfFilled(`manifest.json has places that nothing fills: ${unknown.join(", ")}`);
  }
  const fill = (value: unknown): unknown => {
    if (typeof value === "string") {
      return value.replaceAll(PLACE, (_, name: string) => named[name] ?? "");
    }
    if (Array.isArray(value)) return value.map(fill).filter((item) => item !== "");
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item)]));
  };
  return `${JSON.stringify(fill(JSON.parse(template)), undefined, 2)}\n`;
}

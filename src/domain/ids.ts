declare const brand: unique symbol;

/** A `T` that only the parser of its name can make. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Twelve characters of Crockford's base 32; the first four are what people read out. */
export type RequestId = Brand<string, "RequestId">;
/** The id of the request that made the lease: one approval can therefore make one lease only. */
export type LeaseId = Brand<string, "LeaseId">;
/** The ARM resource id of a registry in lower case: its key everywhere. */
export type RegistryId = Brand<string, "RegistryId">;
/** An Entra object id (`aadObjectId`), lower case. Never a name, an e-mail or a Teams `29:` id. */
export type PersonId = Brand<string, "PersonId">;
/** A Teams channel (`19:…@thread.tacv2`), as a policy names it. */
export type ChannelId = Brand<string, "ChannelId">;
/** Who is written to: a person in their own chat, or a channel. The texts of the two never look alike. */
export type Recipient = PersonId | ChannelId;
/** An Entra tenant id, lower case. */
export type TenantId = Brand<string, "TenantId">;

/** Somebody as Teams named them in a verified activity. The name is for people to read; only the id decides. */
export type Person = { readonly id: PersonId; readonly name: string };

const REQUEST_ID = /^[0-9A-HJKMNP-TV-Z]{12}$/;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
// Registry names are 5 to 50 letters and digits: learn.microsoft.com, "Naming rules", Microsoft.ContainerRegistry.
const REGISTRY_ID =
  /^\/subscriptions\/[0-9a-f-]{36}\/resourcegroups\/[^/\s]{1,90}\/providers\/microsoft\.containerregistry\/registries\/[a-z0-9]{5,50}$/;

/** `undefined` when the text is not a request id as this product writes it. */
export function parseRequestId(text: string): RequestId | undefined {
  // The pattern is the definition of the brand.
  return REQUEST_ID.test(text) ? (text as RequestId) : undefined;
}

/** The part that people read out and type: "R7K2". */
export function shortIdOf(id: RequestId | LeaseId): string {
  return id.slice(0, 4);
}

/** The only lease that the request can make. */
export function leaseIdOf(request: RequestId): LeaseId {
  // A lease shares the text of its request's id; the brands keep the two apart.
  return request as string as LeaseId;
}

/** The request that made the lease. */
export function requestIdOf(lease: LeaseId): RequestId {
  // See leaseIdOf.
  return lease as string as RequestId;
}

/** Accepts any case; `undefined` when it is not the ARM id of a container registry. */
export function parseRegistryId(text: string): RegistryId | undefined {
  const id = text.toLowerCase();
  // The pattern is the definition of the brand.
  return REGISTRY_ID.test(id) ? (id as RegistryId) : undefined;
}

/** Accepts any case; `undefined` when it is not a GUID. */
export function parsePersonId(text: string): PersonId | undefined {
  const id = text.toLowerCase();
  // The pattern is the definition of the brand.
  return GUID.test(id) ? (id as PersonId) : undefined;
}

const CHANNEL_ID = /^19:[^;/?#\s]{1,200}@thread\.(?:tacv2|skype)$/;

/** `undefined` when it is not the id of a Teams channel; `;messageid=…` is no part of one. */
export function parseChannelId(text: string): ChannelId | undefined {
  // The pattern is the definition of the brand.
  return CHANNEL_ID.test(text) ? (text as ChannelId) : undefined;
}

/** Tells a channel from a person. */
export function isChannel(recipient: Recipient): recipient is ChannelId {
  return CHANNEL_ID.test(recipient);
}

/** Accepts any case; `undefined` when it is not a GUID. */
export function parseTenantId(text: string): TenantId | undefined {
  const id = text.toLowerCase();
  // The pattern is the definition of the brand.
  return GUID.test(id) ? (id as TenantId) : undefined;
}

/** What ARM calls the registry: the last segment of its id. */
export function registryNameOf(id: RegistryId): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

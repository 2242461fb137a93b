import type { LocalCertificate } from "./certificate.ts";
import type { DataPlane } from "./data-plane.ts";
import { frontEndsSchema, openFrontEnd } from "./front-end.ts";
import type { FrontEnds, ListenAt } from "./front-end.ts";
import type { LocalServer } from "./local-http.ts";
import type { RegistryStore } from "./registry-store.ts";

/** The front ends of every registry; ids match in any letter case. */
export interface FrontEndServers {
  /** Opens those of a registry, unless they are open; answers its login server. */
  open(id: string): Promise<string>;
  /** How late those of a registry are from now on. */
  set(id: string, frontEnds: FrontEnds): void;
  /** Closes those that `keep` does not say to keep, and makes all as late as at the start. */
  prune(keep: (id: string) => boolean): Promise<void>;
}

interface Deps {
  readonly certificate: LocalCertificate;
  readonly store: RegistryStore;
  readonly plane: DataPlane;
  readonly now: () => Date;
  readonly listenAt: ListenAt;
  /** How late they are, unless `set` says otherwise. */
  readonly initial: FrontEnds;
}

/** None are open. */
export function createFrontEnds(deps: Deps): FrontEndServers {
  const { store, now, listenAt } = deps;
  const initial = frontEndsSchema.parse(deps.initial);
  const servers = new Map<string, Promise<LocalServer>>();
  const lags = new Map<string, typeof initial>();

  return {
    async open(id) {
      const key = id.toLowerCase();
      const source = {
        current: () => store.find(key),
        asOf: (atMs: number) => store.asOf(key, atMs),
        frontEnds: () => lags.get(key) ?? initial,
        now,
      };
      const opening =
        servers.get(key) ?? openFrontEnd(deps.certificate, source, deps.plane, listenAt);
      servers.set(key, opening);
      return `${listenAt.host}:${(await opening).port}`;
    },
    set(id, frontEnds) {
      lags.set(id.toLowerCase(), frontEndsSchema.parse(frontEnds));
    },
    async prune(keep) {
      lags.clear();
      const unwanted = [...servers].filter(([key]) => !keep(key));
      for (const [key] of unwanted) servers.delete(key);
      await Promise.all(unwanted.map(async ([, opening]) => (await opening).close()));
    },
  };
}

/** A request to Azure Resource Manager that is being held for a test. */
export interface InterceptedRequest {
  /**
   * `received`: it is complete, and nothing has been done with it.
   * `applied`: its PATCH has been applied, and nothing has been answered.
   */
  readonly phase: "received" | "applied";
  readonly method: string;
  /** Without the query, spelled as it was sent. */
  readonly path: string;
}

/**
 * Awaited in each phase: the request goes on when it resolves, whether its client still lives or not. When it resolves
 * to `drop` the connection is closed instead: at `received` the request never took place, at `applied` only its
 * answer is lost.
 */
export type InterceptHook = (
  request: InterceptedRequest,
) => Promise<void> | Promise<"drop" | undefined>;

/** The hooks that tests have registered. */
export interface Interception {
  /** Adds a hook; call what it returns to remove it. */
  intercept(hook: InterceptHook): () => void;
  /** Runs all hooks, in the order of their registration, up to one that says `drop`. */
  run(request: InterceptedRequest): Promise<"go-on" | "drop">;
}

/** No hooks yet. */
export function createInterception(): Interception {
  const hooks = new Set<{ readonly hook: InterceptHook }>();
  return {
    intercept(hook) {
      const registration = { hook };
      hooks.add(registration);
      return () => {
        hooks.delete(registration);
      };
    },
    async run(request) {
      for (const { hook } of [...hooks]) {
        if ((await hook(request)) === "drop") return "drop";
      }
      return "go-on";
    },
  };
}

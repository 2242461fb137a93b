import { connect, type Socket } from "node:net";
import type { RegistryRules } from "../../src/application/ports.ts";
import type { RegistryClaim, Store } from "../../src/application/store.ts";
import { endOf } from "../../src/domain/lease.ts";
import type { Doing, Point, Question } from "./gates.ts";
import { onLine } from "./socket-lines.ts";

/** What the round of each registry is about, as the last claim or intention said. */
const rounds = new Map<string, Doing>();

/** The store, asking the test before and after each of a round's writes. */
export function gatedStore(store: Store): Store {
  const gated: Pick<Store, "claimRegistry" | "commit"> = {
    async claimRegistry(holdMs, signal) {
      const claim = await store.claimRegistry(holdMs, signal);
      if (claim.kind === "idle") return claim;
      rounds.set(claim.registry, doingOf(claim));
      await reach("claimed", claim.registry);
      return claim;
    },
    async commit(change, signal) {
      const { under, release } = change;
      if (under?.list !== "registry") return store.commit(change, signal);
      const intended = change.audit?.find((event) => event.kind === "rules.intended");
      if (intended !== undefined) {
        const { add, remove } = intended;
        rounds.set(under.key, { adding: add.length > 0, removing: remove.length > 0 });
      }
      await reach(release === undefined ? "intending" : "releasing", under.key);
      const outcome = await store.commit(change, signal);
      await reach(release === undefined ? "intended" : "released", under.key);
      return outcome;
    },
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === "claimRegistry" || name === "commit") return gated[name];
      const value: unknown = Reflect.get(target, name, target);
      // Bound, since private fields are not found through a proxy.
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Azure, asking the test around the turn and around the PATCH. */
export function gatedRules(rules: RegistryRules): RegistryRules {
  return {
    read: (registry, signal) => rules.read(registry, signal),
    async turn(registry, urgency, signal) {
      const turn = await rules.turn(registry, urgency, signal);
      await reach("turn", registry);
      return turn;
    },
    async apply(registry, list, signal) {
      await reach("applying", registry);
      const applied = await rules.apply(registry, list, signal);
      await reach("applied", registry);
      return applied;
    },
  };
}

function doingOf({ leases, now }: RegistryClaim): Doing {
  const over = leases.filter((lease) => lease.status === "closing" || endOf(lease) <= now);
  const adding = leases.some((lease) => lease.status === "opening" && !over.includes(lease));
  return { adding, removing: over.length > 0 };
}

const answers = new Map<number, () => void>();
let asked = 0;
let line: Socket | undefined;

/** Resolves when the test has let this worker go on; a test that is gone holds nobody. */
function reach(point: Point, registry: string): Promise<void> {
  const doing = rounds.get(registry) ?? { adding: false, removing: false };
  const question: Question = { number: (asked += 1), pid: process.pid, point, registry, ...doing };
  return new Promise((resolve) => {
    answers.set(question.number, resolve);
    lineToTest().write(`${JSON.stringify(question)}\n`);
  });
}

function lineToTest(): Socket {
  if (line !== undefined) return line;
  const opened = connect(process.env["FAULT_GATES"] ?? "");
  opened.unref();
  const letAllGo = (): void => {
    for (const go of answers.values()) go();
    answers.clear();
    line = undefined;
  };
  opened.once("error", letAllGo).once("close", letAllGo);
  onLine(opened, (number) => {
    answers.get(Number(number))?.();
    answers.delete(Number(number));
  });
  line = opened;
  return opened;
}

import { look } from "./look.ts";

/** Prints what happened, each line with the seconds since the start. */
export type Timeline = {
  /** Somebody did something. */
  did(who: string, what: string): void;
  /** A fact that was read, and where. */
  read(where: string, what: string): void;
  /** A line without a time. */
  note(line: string): void;
};

const WHO_WIDTH = 10;

/** The clock starts now. */
export function createTimeline(say: (line: string) => void): Timeline {
  const startedAt = performance.now();
  const line = (mark: "=" | ">", who: string, what: string): void => {
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6);
    const color = mark === ">" ? "cyan" : "green";
    say(
      `${look("dim", `${seconds} s`)}  ${look(color, `${mark} ${who.padEnd(WHO_WIDTH)}`)} ${what}`,
    );
  };
  return {
    did: (who, what) => {
      line(">", who, what);
    },
    read: (where, what) => {
      line("=", where, what);
    },
    note: say,
  };
}

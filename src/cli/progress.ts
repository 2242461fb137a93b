/** One line that is written over; nothing at all where nobody looks. */
export type Progress = {
  readonly show: (text: string) => void;
  /** Takes it away, before anything else is written. */
  readonly clear: () => void;
};

const CLEAR_LINE = "\r\u001b[K";

/** Progress on a stream: shown when it is a terminal only. */
export function progressOn(stream: {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}): Progress {
  let shown = false;
  return {
    show(text) {
      if (stream.isTTY !== true) return;
      stream.write(`${CLEAR_LINE}${text}`);
      shown = true;
    },
    clear() {
      if (shown) stream.write(CLEAR_LINE);
      shown = false;
    },
  };
}

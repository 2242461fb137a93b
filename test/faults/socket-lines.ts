import type { Socket } from "node:net";

/** Calls back with each whole line; a connection that breaks simply has no more. */
export function onLine(socket: Socket, line: (text: string) => void): void {
  let rest = "";
  socket.setEncoding("utf8").on("data", (text) => {
    const lines = `${rest}${String(text)}`.split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(line);
  });
}

// Preloaded with `node --import`: every TCP server of this process listens on 127.0.0.1, whatever it asks for.
import { Server } from "node:net";

const LOOPBACK = "127.0.0.1";
const listen = Server.prototype.listen;

Server.prototype.listen = function listenOnLoopback(...args) {
  const [first, ...rest] = args;
  if (typeof first === "object" && first !== null) {
    // Without a port it is a pipe, or a handle that is bound already.
    return "port" in first
      ? listen.call(this, { ...first, host: LOOPBACK }, ...rest)
      : listen.call(this, ...args);
  }
  if (typeof first === "string" && !/^\d+$/.test(first)) return listen.call(this, ...args);
  const port = typeof first === "function" ? 0 : Number(first ?? 0);
  const backlog = rest.find((arg) => typeof arg === "number");
  const done = args.find((arg) => typeof arg === "function");
  return listen.call(
    this,
    { port, host: LOOPBACK, ...(backlog === undefined ? {} : { backlog }) },
    done,
  );
};

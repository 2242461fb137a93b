// Preloaded into a command: names are asked of the server at NAME_SERVER (address and port), and of no other.
import { setServers } from "node:dns";

setServers([process.env.NAME_SERVER]);

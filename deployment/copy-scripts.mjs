// tsc leaves alone what is not TypeScript: the Lua scripts go beside the module that reads them.
import { cpSync } from "node:fs";

const scripts = "adapters/store/redis/scripts";
const root = new URL("..", import.meta.url);
cpSync(new URL(`src/${scripts}`, root), new URL(`dist/${scripts}`, root), { recursive: true });

import { ATTACKS } from "./all.ts";
import { startAttackWorld } from "./attack-world.ts";
import { tableOf, tryAttack, type Row } from "./try-attack.ts";

// Prints the table of all attacks; `-- WORD` only those with the word in them. Exits with 1 when any was seen otherwise.
const [word = ""] = process.argv.slice(2);
const world = await startAttackWorld();
const rows: Row[] = [];
try {
  for (const attack of ATTACKS) {
    if (`${attack.door} ${attack.attack}`.includes(word)) rows.push(await tryAttack(attack, world));
  }
} finally {
  await world.stop();
}
console.log(tableOf(rows));
if (rows.some(({ expected, seen }) => expected !== seen)) process.exitCode = 1;

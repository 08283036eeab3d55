import type { TestDatabase } from './kill-harness.ts';
import type { ReplicaOrders } from './replica.ts';
import { until } from './replica-process.ts';
import { query } from './run-outcomes.ts';
import { gapsIn, type SlotRow, slotRows } from './shared-slots.ts';

/*
 * What a machine does to slots by itself, on a database that no test looks at: a slot of one that is busy must be longer, and what
 * its replicas miss though nobody is killed is not the fault of who took over.
 */

/** The shortest slot; a tick of an idle machine takes a twentieth of it. */
const shortestMs = 500;
const measuredSlots = 8;
/** So many times the worst lateness fit into a slot. */
const room = 3;

/** A slot that is long enough for this machine, in milliseconds: measured while one replica judges and others start. */
export async function fittingSlot(
  database: TestDatabase,
  orders: Partial<ReplicaOrders>,
  longestMs: number,
): Promise<number> {
  const start = () => database.start({ ...orders, slotMs: shortestMs });
  const replicas = [await start()];
  const judged = async () => (await slotRows(database.databaseUrl)).filter(({ counts }) => counts).length;
  await until('a slot', async () => (await judged()) > 0, 120_000);
  replicas.push(...(await Promise.all([start(), start()])));
  await until('slots to be judged', async () => (await judged()) >= measuredSlots, 120_000);
  await Promise.all(replicas.map((replica) => replica.kill()));
  const [found] = await query<{ late: number }>(
    database.databaseUrl,
    'select coalesce(max(late_ms), 0)::float8 as late from slots',
  );
  const gap = longestGap(await slotRows(database.databaseUrl), shortestMs) * shortestMs;
  const worst = Math.max(found?.late ?? 0, gap);
  return Math.min(longestMs, Math.max(shortestMs, Math.ceil((worst * room) / 250) * 250));
}

/** Starts and ends a replica that none of the others knows of: what a kill costs the machine, without the kill. */
export async function disturb(database: TestDatabase, orders: Partial<ReplicaOrders>): Promise<void> {
  const replica = await database.start(orders);
  await replica.kill();
}

/** How many slots of a chunk nobody judged, one after another, at worst. */
export function longestGap(rows: readonly SlotRow[], slotMs: number): number {
  const missed = Map.groupBy(gapsIn(rows, slotMs), ({ chunk }) => chunk);
  let longest = 0;
  for (const slots of missed.values()) {
    let run = 0;
    let before = Number.NaN;
    for (const { slot } of slots) {
      run = slot === before + slotMs ? run + 1 : 1;
      before = slot;
      longest = Math.max(longest, run);
    }
  }
  return longest;
}

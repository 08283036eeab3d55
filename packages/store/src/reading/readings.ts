import type { AskRow, JudgedReading } from '@lastgood/domain';
import { instant } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { toJudgedReading } from '../rows/reading-row.ts';
import { definitionsOf } from './definitions.ts';
import type { Partitions } from './partitions.ts';
import { asksOf } from './read-asks.ts';
import { readingsOf } from './read-readings.ts';

/** The readings kept, by deployment. Instants are slot times. */
export interface Readings {
  /**
   * Every reading of a deployment as it was judged, by slot, for `replay`. Throws when some were stored before readings
   * kept their definition: what is missing cannot be judged again.
   */
  history(deploymentId: string): Promise<JudgedReading[]>;
  /** Every query that was sent in a slot, over all chunks, by the instant it asked about and its text. */
  asks(slot: number): Promise<AskRow[]>;
  /** Drops whole days of readings and asks, and what else grows, older than `before`; returns the tables dropped. */
  retain(before: number): Promise<string[]>;
}

export function createReadings({ sql }: StoreContext, partitions: Partitions): Readings {
  return {
    async history(deploymentId) {
      const rows = await readingsOf(sql, deploymentId);
      const definitionOf = await definitionsOf(sql, rows);
      return rows.map((row) => toJudgedReading(row, definitionOf(row)));
    },
    asks: (slot) => asksOf(sql, slot),
    async retain(before) {
      const dropped = await partitions.drop(before);
      for (const table of ['slots', 'trips'])
        await sql(`delete from ${table} where slot < $1`, [instant(before)]);
      return dropped;
    },
  };
}

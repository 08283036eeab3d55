import type { AskRow, JudgedReading, TriggerDefinition } from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import { instant } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { toReadingRow } from '../rows/reading-row.ts';
import { toReading } from '../rows/trigger-row.ts';
import type { Partitions } from './partitions.ts';
import { asksOf } from './read-asks.ts';
import { readingsOf, type StoredJudgedReading } from './read-readings.ts';

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
      const wanted = [...new Set(rows.map(({ definition }) => definition))];
      const found = await sql<{ digest: string; definition: unknown }>(
        'select digest, definition from trigger_definitions where digest = any($1::text[])',
        [wanted],
      );
      const definitions = new Map(
        found.rows.map(({ digest, definition }) => [digest, fromJson<TriggerDefinition>(definition)]),
      );
      return rows.map((row) => toJudged(row, definitions.get(row.definition ?? '')));
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

function toJudged(row: StoredJudgedReading, definition: TriggerDefinition | undefined): JudgedReading {
  const { counts, settling } = row;
  if (!definition || counts === null || settling === null)
    throw new Error(`the reading of ${row.trigger} at ${row.slot} was stored without its definition`);
  return {
    ...toReadingRow(row),
    definition,
    samples: toReading({ kind: row.sample_kind, value: row.sample_value, detail: row.sample_detail }),
    counts,
    settling,
  };
}

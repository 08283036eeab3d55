import type { JudgedReading, TriggerDefinition } from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import { instant } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { type StoredReading, toReadingRow } from '../rows/reading-row.ts';
import { toReading } from '../rows/trigger-row.ts';
import type { Partitions } from './partitions.ts';

/** The readings kept, by deployment. Instants are slot times. */
export interface Readings {
  /**
   * Every reading of a deployment as it was judged, by slot, for `replay`. Throws when some were stored before readings
   * kept their definition: what is missing cannot be judged again.
   */
  history(deploymentId: string): Promise<JudgedReading[]>;
  /** Drops whole days of readings and asks, and what else grows, older than `before`; returns the tables dropped. */
  retain(before: number): Promise<string[]>;
}

/** Rows older than these columns have null in them. */
interface HistoryRow extends StoredReading {
  sample_kind: string | null;
  sample_value: number | null;
  sample_detail: string | null;
  counts: boolean | null;
  settling: boolean | null;
  defined: unknown;
}

export function createReadings({ sql }: StoreContext, partitions: Partitions): Readings {
  return {
    async history(deploymentId) {
      const found = await sql<HistoryRow>(
        `select r.*, t.definition as defined from readings r
         left join trigger_definitions t on t.digest = r.definition
         where r.deployment_id = $1 order by r.slot, r.trigger`,
        [deploymentId],
      );
      return found.rows.map(toJudged);
    },
    async retain(before) {
      const dropped = await partitions.drop(before);
      for (const table of ['slots', 'trips'])
        await sql(`delete from ${table} where slot < $1`, [instant(before)]);
      return dropped;
    },
  };
}

function toJudged(row: HistoryRow): JudgedReading {
  const { counts, settling, defined } = row;
  if (defined === null || counts === null || settling === null)
    throw new Error(`the reading of ${row.trigger} at ${row.slot} was stored without its definition`);
  return {
    ...toReadingRow(row),
    definition: fromJson<TriggerDefinition>(defined),
    samples: toReading({ kind: row.sample_kind, value: row.sample_value, detail: row.sample_detail }),
    counts,
    settling,
  };
}

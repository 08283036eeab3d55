import type { JudgedReading, Reading, TriggerState } from '@lastgood/domain';
import { instant } from '../connection/pool.ts';
import { toReading } from '../rows/trigger-row.ts';
import type { StoreContext } from '../store-context.ts';
import { loadHistory } from './history.ts';
import type { Partitions } from './partitions.ts';

/** A stored reading of one trigger of one deployment. */
export interface StoredReading {
  trigger: string;
  slot: number;
  reading: Reading | null;
  threshold: number;
  phase: TriggerState['phase'];
  heldMs: number;
  lateMs: number;
}

/** The readings kept, by deployment. Instants are slot times. */
export interface Readings {
  /** `from` and `to` included, by trigger and slot, at most `limit` of each trigger, the newest. */
  range(deploymentId: string, from: number, to: number, limit: number): Promise<StoredReading[]>;
  /** The last `count` readings of each of these (deployment, trigger), oldest first. */
  last(
    wanted: readonly { deploymentId: string; trigger: string }[],
    count: number,
  ): Promise<Map<string, StoredReading[]>>;
  /** Everything judged in one slot, for live charts. */
  ofSlot(slot: number): Promise<(StoredReading & { deploymentId: string })[]>;
  /**
   * Every reading of a deployment as it was judged, by slot, for `replay`. Throws when some were stored before readings
   * kept their definition: what is missing cannot be judged again.
   */
  history(deploymentId: string): Promise<JudgedReading[]>;
  /** Drops whole days of readings and asks, and what else grows, older than `before`; returns the tables dropped. */
  retain(before: number): Promise<string[]>;
}

const columns = 'trigger, slot, kind, value, detail, threshold, phase, held_ms, late_ms';

export function createReadings(context: StoreContext, partitions: Partitions): Readings {
  return {
    async range(deploymentId, from, to, limit) {
      const found = await context.sql(
        `select ${columns} from (
           select *, row_number() over (partition by trigger order by slot desc) as place
           from readings where deployment_id = $1 and slot between $2 and $3) ranked
         where place <= $4 order by trigger, slot`,
        [deploymentId, instant(from), instant(to), limit],
      );
      return found.rows.map(toStoredReading);
    },
    async last(wanted, count) {
      const found = await context.sql(
        `select w.deployment_id, r.* from unnest($1::text[], $2::text[]) as w(deployment_id, wanted_trigger),
         lateral (select ${columns} from readings
           where deployment_id = w.deployment_id and trigger = wanted_trigger order by slot desc limit $3) r
         order by r.slot`,
        [wanted.map((one) => one.deploymentId), wanted.map((one) => one.trigger), count],
      );
      const groups = Map.groupBy(found.rows, (row) => readingKey(row.deployment_id, row.trigger));
      return new Map([...groups].map(([key, rows]) => [key, rows.map(toStoredReading)]));
    },
    async ofSlot(slot) {
      const found = await context.sql(
        `select deployment_id, ${columns} from readings where slot = $1 order by deployment_id, trigger`,
        [instant(slot)],
      );
      return found.rows.map((row) => ({ deploymentId: row.deployment_id, ...toStoredReading(row) }));
    },
    history: (deploymentId) => loadHistory(context, deploymentId),
    async retain(before) {
      const dropped = await partitions.drop(before);
      for (const table of ['slots', 'trips'])
        await context.sql(`delete from ${table} where slot < $1`, [instant(before)]);
      return dropped;
    },
  };
}

/** The key of `last`'s answer. */
export function readingKey(deploymentId: string, trigger: string): string {
  return `${deploymentId} ${trigger}`;
}

interface ReadingRow {
  trigger: string;
  slot: number;
  kind: string;
  value: number | null;
  detail: string | null;
  threshold: number;
  phase: TriggerState['phase'];
  held_ms: number;
  late_ms: number;
}

function toStoredReading(row: ReadingRow): StoredReading {
  return {
    trigger: row.trigger,
    slot: row.slot,
    reading: toReading({ kind: row.kind, value: row.value, detail: row.detail }),
    threshold: row.threshold,
    phase: row.phase,
    heldMs: row.held_ms,
    lateMs: row.late_ms,
  };
}

import { toJson } from '../connection/json.ts';
import type { StoreContext } from '../connection/store-context.ts';

/** Labels of alerts, and whoever should tell of them. */
export interface WantedAlert {
  source: string;
  labels: Record<string, string>;
}

/** What a source told of, where nothing that is wanted was among it. */
interface NeverTold {
  /** The first names of alerts that were told of, by the alphabet. */
  names: string[];
  /** There are more. */
  more: boolean;
}

export interface ToldNames {
  /** Of each that is wanted, in their order; null where an alert with these labels was told of, as far as is kept. */
  neverTold(wanted: readonly WantedAlert[]): Promise<(NeverTold | null)[]>;
}

const mostNames = 8;

export function createToldNames({ sql }: StoreContext): ToldNames {
  return {
    async neverTold(wanted) {
      if (wanted.length === 0) return [];
      const found = await sql<{ names: string[] | null }>(
        `select case when exists (
             select from alert_episodes e where e.source = wanted.source and e.labels @> wanted.labels
           ) then null else array(
             select distinct e.labels->>'alertname' from alert_episodes e
             where e.source = wanted.source and e.labels->>'alertname' is not null order by 1 limit $2
           ) end as names
         from jsonb_to_recordset($1::jsonb) as wanted(n int, source text, labels jsonb) order by wanted.n`,
        [toJson(wanted.map((one, n) => ({ n, ...one }))), mostNames + 1],
      );
      return found.rows.map(
        ({ names }) => names && { names: names.slice(0, mostNames), more: names.length > mostNames },
      );
    },
  };
}

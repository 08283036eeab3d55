import type { JudgedReading } from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import { toReading } from '../rows/trigger-row.ts';
import type { StoreContext } from '../store-context.ts';
import { toReadingRow } from '../views/history.ts';

export async function loadHistory({ sql }: StoreContext, deploymentId: string): Promise<JudgedReading[]> {
  const found = await sql(
    `select r.*, t.definition as defined from readings r
     left join trigger_definitions t on t.digest = r.definition
     where r.deployment_id = $1 order by r.slot, r.trigger`,
    [deploymentId],
  );
  return found.rows.map((row) => {
    if (row.defined === null)
      throw new Error(`the reading of ${row.trigger} at ${row.slot} was stored without its definition`);
    return {
      ...toReadingRow(row),
      definition: fromJson(row.defined),
      samples: toReading({ kind: row.sample_kind, value: row.sample_value, detail: row.sample_detail }),
      counts: row.counts,
      settling: row.settling,
    };
  });
}

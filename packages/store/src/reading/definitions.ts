import type { TriggerDefinition } from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import type { Sql } from '../connection/pool.ts';

/** What readings were judged by, by the digests they bear. Those without one, and those of a digest that is not known, have none. */
export async function definitionsOf(
  sql: Sql,
  readings: readonly { definition: string | null }[],
): Promise<(reading: { definition: string | null }) => TriggerDefinition | undefined> {
  const digests = [...new Set(readings.map(({ definition }) => definition))];
  if (digests.length === 0) return () => undefined;
  const found = await sql<{ digest: string; definition: unknown }>(
    'select digest, definition from trigger_definitions where digest = any($1::text[])',
    [digests],
  );
  const known = new Map(
    found.rows.map(({ digest, definition }) => [digest, fromJson<TriggerDefinition>(definition)]),
  );
  return ({ definition }) => known.get(definition ?? '');
}

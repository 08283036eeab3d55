import { createHash } from 'node:crypto';
import type { JudgedReading } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import type { Sql } from '../connection/pool.ts';
import { bulkInsert } from '../write/insert.ts';

/**
 * Keeps each definition that these readings were judged by once, under the SHA-256 of its text (base64url); returns the
 * digest of a reading's definition. A set that is applied later gets rows of its own and changes none.
 */
export async function writeDefinitions(sql: Sql, readings: readonly JudgedReading[]) {
  const digests = new Map<JudgedReading, string>();
  const texts = new Map<string, string | null>();
  const known = new Map<unknown, Map<string, string>>();
  for (const reading of readings) {
    const { trigger, rules } = reading.definition;
    // Many readings share one trigger: it is written out once for each pair of rules.
    const ofTrigger = known.get(trigger) ?? new Map<string, string>();
    known.set(trigger, ofTrigger);
    const under = JSON.stringify(rules);
    let digest = ofTrigger.get(under);
    if (digest === undefined) {
      const text = toJson(reading.definition);
      digest = createHash('sha256').update(String(text)).digest('base64url');
      texts.set(digest, text);
      ofTrigger.set(under, digest);
    }
    digests.set(reading, digest);
  }
  // In one order in every transaction: two chunks that bring the same new definitions wait, and never for each other.
  const rows = [...texts].sort(([a], [b]) => (a < b ? -1 : 1));
  await bulkInsert<[string, string | null]>(sql, {
    table: 'trigger_definitions',
    columns: {
      digest: { type: 'text', of: ([digest]) => digest },
      definition: { type: 'jsonb', of: ([, text]) => text },
    },
    rows,
    ending: 'on conflict do nothing',
  });
  return (reading: JudgedReading) => digests.get(reading);
}

import { createHash } from 'node:crypto';
import type { JudgedReading, TriggerDefinition } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import type { Sql } from '../connection/pool.ts';
import { bulkInsert } from '../write/insert.ts';

/** Definitions that readings were judged by. */
interface Defined {
  /** The digest of a reading's definition. */
  digestOf: (reading: JudgedReading) => string | undefined;
  /** All that are known to be kept. */
  definitions: ReadonlySet<string>;
}

/**
 * Keeps each definition that these readings were judged by once, under the SHA-256 of its text (base64url). A set that is applied
 * later gets rows of its own and changes none; those that are known to be there are not sent again.
 */
export async function writeDefinitions(
  sql: Sql,
  readings: readonly JudgedReading[],
  known: ReadonlySet<string> = new Set(),
): Promise<Defined> {
  const texts = new Map<string, string | null>();
  const digestOf = memoized((definition) => {
    const text = toJson(definition);
    const digest = createHash('sha256').update(String(text)).digest('base64url');
    texts.set(digest, text);
    return digest;
  });
  for (const { definition } of readings) digestOf(definition);
  // In one order in every transaction: two chunks that bring the same new definitions wait, and never for each other.
  const rows = [...texts].filter(([digest]) => !known.has(digest)).sort(([a], [b]) => (a < b ? -1 : 1));
  await bulkInsert<[string, string | null]>(sql, {
    table: 'trigger_definitions',
    columns: {
      digest: { type: 'text', of: ([digest]) => digest },
      definition: { type: 'jsonb', of: ([, text]) => text },
    },
    rows,
    ending: 'on conflict do nothing',
  });
  return {
    digestOf: ({ definition }) => digestOf(definition),
    definitions: rows.length === 0 ? known : new Set([...known, ...texts.keys()]),
  };
}

/** Many readings share one trigger and one pair of rules: these are written out once. */
function memoized(
  digestOf: (definition: TriggerDefinition) => string,
): (definition: TriggerDefinition) => string {
  const known = new Map<unknown, Map<unknown, string>>();
  return (definition) => {
    const { trigger, rules } = definition;
    const ofTrigger = known.get(trigger) ?? new Map<unknown, string>();
    known.set(trigger, ofTrigger);
    const digest = ofTrigger.get(rules) ?? digestOf(definition);
    ofTrigger.set(rules, digest);
    return digest;
  };
}

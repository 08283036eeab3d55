import type { Migrations } from '@lastgood/domain/ports/migrations';
import { createSchemaMigrations } from '../schema-tool.ts';
import { appliedVersions } from './history.ts';
import { dbmateMissing, dbmateProgram } from './program.ts';
import { reversalOf } from './reversal.ts';
import { type DbmatePlace, reverse } from './reverse.ts';

/** A PostgreSQL whose schema dbmate moves. A reversal of dbmate is one transaction: it is never half way. */
export function createDbmate(place: DbmatePlace): Migrations {
  const { database, migrations, table } = place;
  return createSchemaMigrations(database, {
    missing: async () => (dbmateProgram() === null ? dbmateMissing : null),
    versions: (session) => appliedVersions(session, table),
    reversal: (session, version, isNext) => reversalOf(session, migrations, version, isNext),
    reverse: (step, operation) => reverse(place, step, operation),
  });
}

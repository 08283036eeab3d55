import type { Sight } from '../sight.ts';
import { type MigrationDeclaration, migrationChanges } from './change.ts';

/** None of the versions that a database has gone through: it is asked only at which it is, no way back is counted. */
const noVersion = '';

/** At which version the declared database is. */
export const migrationSight: Sight<MigrationDeclaration> = {
  places: ({ database }) => [{ name: database, target: { database }, subject: `the schema of ${database}` }],
  need: (_place, _service, { database }) => ({ kind: 'database', ask: { database, to: noVersion } }),
  state({ kind, answer }) {
    if (answer.kind === 'not-found') return { kind: 'unknown', reason: answer.reason };
    if (kind !== 'database') return { kind: 'unknown', reason: 'something else was read' };
    const { head, dirty, running } = answer.seen;
    if (running !== null) return { kind: 'unknown', reason: `it is being migrated by ${running}` };
    // Half a migration is no version that anybody could return to.
    if (dirty) return { kind: 'unknown', reason: `it stands half way at ${head}: a migration failed` };
    return { kind: 'known', value: head };
  },
  isExplained: ({ target }, _now, { changes }) =>
    migrationChanges(changes).some((change) => change.target.database === target.database),
  isSame: (kept, now) => kept === now,
  inWords: String,
};

import type { OtherChange } from '../../../deployment/deployment.ts';
import { forwardInstead } from '../../contracts/migrate-to.ts';
import type { AnsweredFact } from '../../need.ts';
import type { ChangeWayBack } from '../change-way-back.ts';
import type { MigrationChange, MigrationDeclaration } from './change.ts';

const ofMigration = (change: OtherChange) => change as MigrationChange & OtherChange;

/** A schema goes back to a recorded version of the declared database, with its writers stopped, by migrations that can be reversed. */
export const migrationWayBack: ChangeWayBack<MigrationDeclaration> = {
  name(change) {
    const { target, after } = ofMigration(change);
    return `Migration ${after ?? 'of an unnamed version'} of database ${target.database}`;
  },
  step: { kind: 'migrate-to' },
  configure: 'Configure that database under `migrations`, with what moves its schema.',
  recorded(change, { service, declared }) {
    const { target, before, after } = ofMigration(change);
    if (declared?.database !== target.database)
      return {
        reason: `the service declares ${declared ? `database ${declared.database}` : 'no database'}.`,
        advice: `Declare rollback.migration.database: ${target.database} of the service, with its writers.`,
      };
    if (service.writers.length === 0)
      return {
        reason: 'the service does not declare what writes its data, so nobody can stop it.',
        advice: 'Declare its `writers`: every workload that writes to the database.',
      };
    if (before === null)
      return {
        reason: 'at which version the database was before is not recorded.',
        advice: 'Register it before it is migrated, or with `before`.',
      };
    return after === null
      ? { reason: 'which version it brings is not recorded.', advice: 'Register it with `after`.' }
      : null;
  },
  need(change) {
    const { target, before, after } = ofMigration(change);
    if (before === null || after === null) return null;
    return { kind: 'database', ask: { database: target.database, to: before, coming: after } };
  },
  read: (fact, change) => whyIrreversible(fact, ofMigration(change)),
};

function whyIrreversible({ kind, answer }: AnsweredFact, { after }: MigrationChange) {
  if (kind !== 'database' || answer.kind !== 'seen') return null;
  const { path, coming } = answer.seen;
  const versions = [
    ...(path ?? []),
    ...(coming && after !== null && !path?.some(({ from }) => from === after)
      ? [{ from: after, ...coming }]
      : []),
  ];
  const stuck = versions.find(({ irreversible }) => irreversible !== null);
  if (stuck) return { reason: `${stuck.from} ${stuck.irreversible}.`, advice: forwardInstead(stuck.from) };
  const lossy = versions.find(({ undeclared }) => undeclared.length > 0);
  if (!lossy) return null;
  return {
    reason: `reversing ${lossy.from} would run ${lossy.undeclared.join(', ')}, and it declares no query for that loss.`,
    advice: 'Declare with the migration which rows that loses; then a plan can name them.',
  };
}

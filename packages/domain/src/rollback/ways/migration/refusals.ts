import { isAccepted, namedLoss } from '../../accepted-loss.ts';
import { type DatabaseSeen, forwardInstead, lossInWords, unnamedLosses } from '../../contracts/migrate-to.ts';
import { rowLoss } from '../../loss.ts';
import type { AnsweredFact } from '../../need.ts';
import type { Refusal } from '../../refusal.ts';
import type { MigrationContext, MigrationDeclaration } from './change.ts';
import { type MigrationNeed, seenDatabase } from './needs.ts';
import { isWork, migrationWork } from './steps.ts';
import { trafficRefusals } from './traffic-refusals.ts';
import { type Versions, versionsOf } from './versions.ts';
import { writerRefusals } from './writer-refusals.ts';

const noDeclaration: Refusal = {
  code: 'migration-undeclared',
  reason: 'The release changed a database schema, and the service does not declare which database that is.',
  advice: 'Declare `rollback.migration.database` of the service with its writers, and roll back again.',
};

/** Why the schema cannot go back; empty when it can. */
export function migrationRefusals(
  context: MigrationContext,
  facts: readonly AnsweredFact<MigrationNeed>[],
): Refusal[] {
  const { declared, changes } = context;
  if (!declared) return [noDeclaration];
  const versions = versionsOf(context, changes);
  const missing = facts.flatMap(({ kind, answer }): Refusal[] =>
    answer.kind === 'not-found' && kind !== 'writers'
      ? [{ code: 'migration-undeclared', reason: `${sentence(answer.reason)}.`, advice: configureIt }]
      : [],
  );
  const database = seenDatabase(facts);
  return [
    ...declaredRefusals(declared, context, versions),
    ...missing,
    ...writerRefusals(context, facts),
    ...(isWork(migrationWork(context, facts)) ? trafficRefusals(context) : []),
    ...(database ? databaseRefusals(declared.database, database, versions) : []),
    ...(database ? pathRefusals(declared.database, database.path ?? [], context.accepting) : []),
  ];
}

const configureIt = 'Correct the name that the service declares, or configure what it names.';

function declaredRefusals(
  { database }: MigrationDeclaration,
  { changes, target }: MigrationContext,
  { to }: Versions,
): Refusal[] {
  const other = changes.find((change) => change.target.database !== database);
  if (other)
    return [
      {
        code: 'migration-undeclared',
        reason: `The release changed database ${other.target.database}, and the service declares ${database}.`,
        advice: `Declare ${other.target.database}, or take its schema back with the tool that migrated it.`,
      },
    ];
  if (to !== null) return [];
  return [
    {
      code: 'target-unknown',
      reason: `At which version of ${database} release ${target.release} ran was never registered.`,
      advice: 'Choose a release that registered its migration, or reverse the schema by hand.',
    },
  ];
}

/** It must stand where the release left it, or be at the target already. */
function databaseRefusals(
  name: string,
  { head, dirty, running, path }: DatabaseSeen,
  { from, to }: Versions,
): Refusal[] {
  const refused = (reason: string, advice: string): Refusal[] => [
    { code: 'schema-elsewhere', reason: `Database ${name} ${reason}.`, advice },
  ];
  if (running !== null)
    return refused(`is being migrated by ${running}`, 'Let that migration end, then roll back again.');
  if (dirty)
    return refused(
      `stands half way at ${head}: a migration failed`,
      'Mend it by hand, then roll back again.',
    );
  if (head !== to && from === null)
    return [
      {
        code: 'version-unknown',
        reason: `At which version the release left database ${name} was never registered; it is at ${head}. Whatever was migrated since would be reversed with it.`,
        advice: `Make sure that ${head} is what the release brought, reverse it by hand to ${to}, and roll back again; register the version after a migration from now on.`,
      },
    ];
  if (head !== to && head !== from)
    return refused(
      `is at ${head}: neither ${from}, where the release left it, nor ${to}. Somebody else migrated it`,
      `Find out who took it to ${head}; take that back first.`,
    );
  if (path !== null) return [];
  return refused(
    `is at ${head}, and ${to} is none of the versions it has gone through`,
    'Register the version as the migration tool calls it, or reverse the schema by hand.',
  );
}

function pathRefusals(
  name: string,
  path: NonNullable<DatabaseSeen['path']>,
  accepting: readonly string[] | undefined,
): Refusal[] {
  return path.flatMap(({ from, irreversible, undeclared, loss }) => [
    ...(irreversible === null
      ? []
      : [
          {
            code: 'irreversible',
            reason: `Migration ${from} ${irreversible}.`,
            advice: forwardInstead(from),
          },
        ]),
    ...undeclared.map((statement) => ({
      code: 'undeclared-loss',
      reason: `Reversing ${from} would run ${statement}, and it declares no query for that loss.`,
      advice: 'Declare with the migration which rows that loses; then the plan names them.',
    })),
    ...unnamedLosses(loss, acceptedOf(name, loss, accepting)).map((lost) => ({
      code: 'rows-lost',
      reason: `Reversing ${from} would lose ${lossInWords(lost)}.`,
      advice: `Save them first; or name the loss to go on: accepting ${namedLoss(name, lost.relation)}.`,
      losses: [rowLoss(name, from, lost)],
    })),
  ]);
}

/** Those of its relations that the command has named. */
function acceptedOf(name: string, loss: object, accepting: readonly string[] | undefined): string[] {
  return Object.keys(loss).filter((relation) => isAccepted(name, relation, accepting));
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

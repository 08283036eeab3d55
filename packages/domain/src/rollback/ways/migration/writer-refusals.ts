import { workloadInWords } from '../../../workload/workload.ts';
import { startedMeanwhile } from '../../contracts/started-meanwhile.ts';
import type { AnsweredFact } from '../../need.ts';
import type { Refusal } from '../../refusal.ts';
import type { MigrationContext } from './change.ts';
import { type MigrationNeed, seenWriters, writersOf } from './needs.ts';
import { migrationWork, stopsWriters } from './steps.ts';

/** Those that put back what they want by themselves, and with it the replicas. */
const insistent = ['git-controller', 'delivery-controller', 'unknown-controller'];

/** Why what writes cannot be stopped: a schema is never reversed while traffic flows. */
export function writerRefusals(
  context: MigrationContext,
  facts: readonly AnsweredFact<MigrationNeed>[],
): Refusal[] {
  const writers = writersOf(context);
  if (writers.length === 0)
    return [
      {
        code: 'writers-undeclared',
        reason: 'The service does not declare what writes its data, so nobody can stop it.',
        advice: 'Declare its `writers`: every workload that writes to the database, and roll back again.',
      },
    ];
  const unscalable = writers.filter(({ kind }) => kind === 'DaemonSet');
  const gone = facts.flatMap((fact) =>
    fact.kind === 'writers' && fact.answer.kind === 'not-found' ? [fact.answer.reason] : [],
  );
  return [
    ...unscalable.map((workload) => ({
      code: 'writers-unstoppable',
      reason: `${workloadInWords(workload)} writes the data and runs on every node: it cannot be scaled to none.`,
      advice: 'Take it off its nodes by hand and out of the declared writers, then roll back again.',
    })),
    ...gone.map((reason) => ({
      code: 'writers-undeclared',
      reason: `What writes the data could not be found: ${reason}.`,
      advice: 'Declare the writers as they are, and roll back again.',
    })),
    ...ownedRefusals(context, facts),
    ...scaledRefusals(context, facts),
  ];
}

/** One that a person has stopped already is thereby out of its controller's hands. */
function ownedRefusals(context: MigrationContext, facts: readonly AnsweredFact<MigrationNeed>[]): Refusal[] {
  if (!stopsWriters(migrationWork(context, facts))) return [];
  const seen = seenWriters(facts);
  return writersOf(context).flatMap((workload, index) => {
    const { owner, desired = 0 } = seen[index] ?? {};
    if (!owner || desired === 0 || !insistent.includes(owner.kind)) return [];
    const called = workloadInWords(workload);
    return [
      {
        code: 'owned-by-controller',
        reason: `${called} belongs to ${owner.name} (${owner.evidence}), which would start it again while the schema goes back.`,
        advice: `Suspend ${owner.name} for ${called} first, scale it to 0 yourself, and roll back again; scale it up once that is done.`,
      },
    ];
  });
}

/** Even one without pods: it is activated as soon as there is work for it. */
function scaledRefusals(context: MigrationContext, facts: readonly AnsweredFact<MigrationNeed>[]): Refusal[] {
  if (!stopsWriters(migrationWork(context, facts))) return [];
  const seen = seenWriters(facts);
  return writersOf(context).flatMap((workload, index) => {
    const one = seen[index];
    return (one && startedMeanwhile(workloadInWords(workload), one, 'roll back again')) ?? [];
  });
}

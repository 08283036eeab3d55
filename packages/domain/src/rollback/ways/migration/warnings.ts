import { releaseName } from '../../../deployment/release-words.ts';
import { workloadInWords } from '../../../workload/workload.ts';
import type { MigrationContext } from './change.ts';
import { type MigrationWork, stopsWriters } from './steps.ts';
import { versionsOf } from './versions.ts';

/** What a person should know before the click: what stands still, and what does not go back. */
export function migrationWarnings(work: MigrationWork, context: MigrationContext): string[] {
  const { database, path, writers } = work;
  const { isGuessed } = versionsOf(context, context.changes);
  const without = writers.filter(({ replicas }) => replicas === 0).map(({ workload }) => workload);
  return [
    ...(path.length === 0 ? [`The schema of ${database} is at the target already; it is left alone.`] : []),
    ...(stopsWriters(work) ? [standstill(work), ...work.mayBeStarted] : []),
    ...path.flatMap(({ from, loss }) => noLoss(from, loss)),
    ...without.map((workload) => `${workloadInWords(workload)} has no replicas now and gets none.`),
    ...(isGuessed
      ? [
          `At which version of ${database} ${releaseName(context.target)} ran is not registered: only what ${releaseName(context.deployment)} migrated goes back, what a release between migrated without registering it stays.`,
        ]
      : []),
  ];
}

function standstill({ database, writers }: MigrationWork): string {
  const names = writers.map(({ workload }) => workloadInWords(workload)).join(', ');
  const still =
    writers.length === 1
      ? 'stands still: nothing serves from it until it is started again'
      : 'stand still: nothing serves from them until they are started again';
  return `While the schema of ${database} goes back, ${names} ${still}.`;
}

/** That nothing is lost is said only where it was counted; what is, the plan says apart. */
function noLoss(from: string, loss: Record<string, number | null>): string[] {
  const isAnyLost = Object.values(loss).some((rows) => rows !== 0);
  const counted = Object.keys(loss).join(', ');
  return counted === '' || isAnyLost ? [] : [`Reversing ${from} loses no row of ${counted}, as counted now.`];
}

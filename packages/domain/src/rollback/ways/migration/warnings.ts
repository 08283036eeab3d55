import { releaseName } from '../../../deployment/release-words.ts';
import { workloadInWords } from '../../../workload/workload.ts';
import { lossInWords } from '../../contracts/migrate-to.ts';
import type { MigrationContext } from './change.ts';
import { isWork, type MigrationWork } from './steps.ts';
import { versionsOf } from './versions.ts';

/** What a person should know before the click: what stands still, what is lost, and what does not go back. */
export function migrationWarnings(work: MigrationWork, context: MigrationContext): string[] {
  const { database, path, writers } = work;
  const { isGuessed } = versionsOf(context, context.changes);
  const without = writers.filter(({ replicas }) => replicas === 0).map(({ workload }) => workload);
  return [
    ...(path.length === 0 ? [`The schema of ${database} is at the target already; it is left alone.`] : []),
    ...(isWork(work) ? [standstill(work), ...work.mayBeStarted] : []),
    ...path.flatMap(({ from, loss }) => lossWarnings(from, loss)),
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
  return `While the schema of ${database} goes back, ${names} stand still: nothing serves from them until they are started again.`;
}

/** In rows. That nothing is lost is said only where it was counted. */
function lossWarnings(from: string, loss: Record<string, number | null>): string[] {
  const counted = Object.entries(loss).map(([relation, rows]) => ({ relation, rows }));
  const lost = counted.filter(({ rows }) => rows !== 0);
  if (lost.length > 0)
    return [
      `Reversing ${from} loses ${lost.map(lossInWords).join(', ')} for good: the command named that loss.`,
    ];
  const none = counted.map(({ relation }) => relation).join(', ');
  return counted.length > 0 ? [`Reversing ${from} loses no row of ${none}, as counted now.`] : [];
}

import { workloadInWords } from '../../../workload/workload.ts';
import { isAccepted } from '../../accepted-loss.ts';
import { pausedInWords } from '../../contracts/keda-scaling.ts';
import type { WritersSeen, WritersTarget } from '../../contracts/writers.ts';
import { type Loss, rowLoss } from '../../loss.ts';
import type { AnsweredFact, SeenOf } from '../../need.ts';
import type { WayStep } from '../way.ts';
import type { MigrationContext } from './change.ts';
import { type MigrationNeed, occasionOf, seenDatabase, seenFixUps, seenWriters, writersOf } from './needs.ts';

type Path = NonNullable<SeenOf<'database'>['path']>;

/** What there is to do, of facts that nothing refuses. */
export interface MigrationWork {
  database: string;
  path: Path;
  /** Those that have not run for this deployment yet. */
  fixUps: { name: string; digest: string }[];
  writers: WritersTarget['writers'];
  /** Writers that Lastgood has stopped before and that nobody has started again. */
  isHalted: boolean;
  /** Which of them somebody may start meanwhile, or has to free afterwards, as sentences. */
  mayBeStarted: string[];
}

export function migrationWork(
  context: MigrationContext,
  facts: readonly AnsweredFact<MigrationNeed>[],
): MigrationWork {
  const { declared } = context;
  const path = seenDatabase(facts)?.path ?? [];
  const seen = seenWriters(facts);
  return {
    database: declared?.database ?? '',
    path,
    fixUps: fixUpsToRun(context, facts, path),
    writers: writersOf(context).flatMap((workload, index) => {
      const one = seen[index];
      if (!one) return [];
      const replicas = one.desired > 0 ? one.desired : (one.stoppedFrom ?? 0);
      return [{ workload, uid: one.uid, replicas }];
    }),
    isHalted: seen.some(({ desired, stoppedFrom = 0 }) => desired === 0 && stoppedFrom > 0),
    mayBeStarted: writersOf(context).flatMap((workload, index) => {
      const one = seen[index];
      return one ? startedInWords(workloadInWords(workload), one) : [];
    }),
  };
}

function startedInWords(
  called: string,
  { owner, keda, autoscaler }: WritersSeen['writers'][number],
): string[] {
  const byOwner =
    owner?.kind === 'possible-controller'
      ? `${called} may be managed by ${owner.name} (${owner.evidence}): if it is, it may be started while the schema goes back.`
      : null;
  const byKeda =
    keda && 'unread' in keda
      ? `Whether KEDA scales ${called} is not known: ${keda.unread}. If it does, it may be started while the schema goes back.`
      : keda && pausedInWords(called, keda);
  const byAutoscaler =
    autoscaler && 'unread' in autoscaler
      ? `Whether a HorizontalPodAutoscaler with minReplicas 0 scales ${called} is not known: ${autoscaler.unread}. If one does, it may be started while the schema goes back.`
      : null;
  return [byOwner, byKeda, byAutoscaler].filter((words) => typeof words === 'string');
}

/** The rows that reversing takes away, version by version; those of which none are counted are no loss. */
export function lossesOf({ database, path }: Pick<MigrationWork, 'database' | 'path'>): Loss[] {
  return path.flatMap(({ from, loss }) =>
    Object.entries(loss).flatMap(([relation, rows]) =>
      rows === 0 ? [] : [rowLoss(database, from, { relation, rows })],
    ),
  );
}

/** Whether anything has to stand still: what is reversed or repaired may not be written meanwhile. */
export function stopsWriters({ path, fixUps }: MigrationWork): boolean {
  return path.length + fixUps.length > 0;
}

/** Whether there is anything to do; where writers stand still from before, that is to start them. */
export function isWork(work: MigrationWork): boolean {
  return stopsWriters(work) || work.isHalted;
}

/** One that ran for this deployment's rollback has repaired what it can; a migration reversed now asks for it again. */
function fixUpsToRun(
  { declared }: MigrationContext,
  facts: readonly AnsweredFact<MigrationNeed>[],
  path: Path,
): MigrationWork['fixUps'] {
  return seenFixUps(facts).flatMap(({ name, digest, last }) => {
    const version = declared?.fixUps?.find((one) => one.name === name)?.version;
    const isMeant = version === undefined || path.length === 0 || path.some(({ from }) => from === version);
    const isDone = last?.state === 'complete' && last.digest === digest;
    return isMeant && !isDone ? [{ name, digest }] : [];
  });
}

/** Stop what writes, reverse version by version, repair, and start again once the old code is in place; or only that. */
export function migrationSteps(work: MigrationWork, context: MigrationContext): WayStep[] {
  const { database, path, fixUps, writers } = work;
  if (!isWork(work)) return [];
  const named = writers
    .map(({ workload, replicas }) => `${workloadInWords(workload)} (${replicas})`)
    .join(', ');
  const stop: WayStep = {
    phase: 'writers-stopped',
    step: { kind: 'stop-writers', writers, database },
    title: `Stop everything that writes to ${database}: ${named}`,
  };
  return [
    ...(stopsWriters(work) ? [stop] : []),
    ...path.map(({ from, to, loss }): WayStep => {
      const acceptedLoss = Object.keys(loss).filter((relation) =>
        isAccepted(database, relation, context.accepting),
      );
      return {
        phase: 'schema',
        step: { kind: 'migrate-to', database, from, to, acceptedLoss },
        title: `Reverse migration ${from} of database ${database}, back to ${to}`,
      };
    }),
    ...fixUps.map(
      ({ name, digest }): WayStep => ({
        phase: 'fix-up',
        step: { kind: 'run-fix-up', database, name, digest, occasion: occasionOf(context.deployment) },
        title: `Repair data of ${database}: run fix-up ${name}`,
      }),
    ),
    {
      phase: 'writers-started',
      step: { kind: 'start-writers', writers, database: null },
      title: `Start again what writes to ${database}: ${named}`,
    },
  ];
}

import type { Deployment } from '../../../deployment/deployment.ts';
import type { WorkloadTarget } from '../../../workload/workload.ts';
import type { AnsweredFact, Need, SeenOf } from '../../need.ts';
import type { MigrationContext } from './change.ts';
import { versionsOf } from './versions.ts';

export type MigrationNeed = 'database' | 'fix-up' | 'writers';

export function writersOf({ service }: Pick<MigrationContext, 'service'>): WorkloadTarget[] {
  const { cluster, namespace } = service;
  return service.writers.map((ref) => ({ ...ref, cluster, namespace }));
}

/** For which deployment fix-ups run. The row of a rollback that stopped stands for the one that it was taking back. */
export function occasionOf({ id, origin, status, previousDeploymentId }: Deployment): string {
  return origin === 'rollback' && status === 'failed' ? (previousDeploymentId ?? id) : id;
}

/** How far the database has gone, its fix-ups, and everything that writes. */
export function migrationNeeds(context: MigrationContext): Need<MigrationNeed>[] {
  const { declared, deployment, changes } = context;
  const { to } = versionsOf(context, changes);
  if (!declared || to === null || changes.length === 0) return [];
  const { database, fixUps = [] } = declared;
  const writers = writersOf(context);
  return [
    { kind: 'database', ask: { database, to } },
    ...fixUps.map(
      ({ name }): Need<'fix-up'> => ({
        kind: 'fix-up',
        ask: { database, name, occasion: occasionOf(deployment) },
      }),
    ),
    ...(writers.length > 0 ? [{ kind: 'writers', ask: { writers, database } } as const] : []),
  ];
}

type Facts = readonly AnsweredFact<MigrationNeed>[];

/** What was seen of the database; null when it was not found, or nobody asked. */
export function seenDatabase(facts: Facts): SeenOf<'database'> | null {
  return (
    facts.flatMap(({ kind, answer }) =>
      kind === 'database' && answer.kind === 'seen' ? [answer.seen] : [],
    )[0] ?? null
  );
}

/** In the order in which they are declared. */
export function seenWriters(facts: Facts): SeenOf<'writers'>['writers'] {
  return facts.flatMap(({ kind, answer }) =>
    kind === 'writers' && answer.kind === 'seen' ? answer.seen.writers : [],
  );
}

export function seenFixUps(facts: Facts): ({ name: string } & SeenOf<'fix-up'>)[] {
  return facts.flatMap(({ kind, ask, answer }) =>
    kind === 'fix-up' && answer.kind === 'seen' ? [{ name: ask.name, ...answer.seen }] : [],
  );
}

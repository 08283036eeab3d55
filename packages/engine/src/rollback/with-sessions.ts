import type { Migrations, Observed, Writers, WritersSeen } from '@lastgood/domain';

type CountsSessions = Pick<Migrations, 'readSessions'> | undefined;

/**
 * Writers as their cluster has them, with the sessions that their database still has open: stopped is only what has let go of
 * it. A database that cannot be asked says nothing about its sessions, so nothing is called stopped.
 */
export function withSessions(
  effect: Writers['stopWriters'],
  migrations: CountsSessions,
): Writers['stopWriters'] {
  return {
    async observe(step, operation, signal) {
      const observed = await effect.observe(step, operation, signal);
      return counted(observed, step.database, migrations, signal);
    },
    apply: (...given) => effect.apply(...given),
  };
}

/** The same for a plan. */
export function readWithSessions(
  read: Writers['readWriters'],
  migrations: CountsSessions,
): Writers['readWriters'] {
  return async (ask, signal) => counted(await read(ask, signal), ask.database, migrations, signal);
}

async function counted(
  observed: Observed<WritersSeen>,
  database: string | null,
  migrations: CountsSessions,
  signal: AbortSignal,
): Promise<Observed<WritersSeen>> {
  if (observed.kind !== 'seen' || database === null) return observed;
  if (!migrations)
    return { kind: 'not-found', reason: `nothing that counts the sessions of ${database} is configured` };
  const sessions = await migrations.readSessions({ database }, signal);
  if (sessions.kind !== 'seen') return sessions;
  return { kind: 'seen', seen: { ...observed.seen, sessions: sessions.seen } };
}

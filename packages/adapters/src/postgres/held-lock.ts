import type { EffectResult } from '@lastgood/domain/rollback/effect';
import type { Database } from './database-settings.ts';
import { inSession, type Session } from './session.ts';

const forever = new AbortController().signal;

/**
 * Works under the advisory lock of the database that lives as long as its session, which bears the name of its
 * operation. Whoever finds it taken comes again. https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
 */
export async function withLock(
  database: Database,
  { operation, answerMs }: { operation: string; answerMs?: number },
  work: (session: Session) => Promise<EffectResult>,
): Promise<EffectResult> {
  let hasBegun = false;
  const held = await inSession(
    database,
    { signal: forever, operation, answerMs },
    async (session): Promise<EffectResult> => {
      const { rows } = await session.query<{ taken: boolean }>(
        "select pg_try_advisory_lock(hashtextextended('lastgood', 0)) as taken",
      );
      if (!rows[0]?.taken)
        return { kind: 'retry', reason: `somebody else works on ${database.name}`, afterMs: 1_000 };
      hasBegun = true;
      return work(session);
    },
  );
  if (held.kind === 'ok') return held.value;
  if (hasBegun) return { kind: 'unknown', reason: held.reason };
  return { kind: 'retry', reason: held.reason, afterMs: 2_000 };
}

import type { Health } from '@lastgood/domain';
import type { Part, PartState, PassBoard } from './pass-board.ts';

/** Whether this replica can act, and which part of it cannot. */
export interface Readiness {
  state: 'ready' | 'not_ready';
  parts: Record<Part | 'database', PartState>;
}

export interface ReadinessSources {
  /** What the start still waits for, in words; null when everything runs. */
  waitsFor: () => string | null;
  /** Writes what acting will need to write. */
  database: () => Promise<Health>;
  passes: PassBoard;
  now: () => number;
}

const starting: PartState = { state: 'starting', lastPassAt: null, reason: null };

export async function readReadiness(sources: ReadinessSources): Promise<Readiness> {
  const { waitsFor, database, passes, now } = sources;
  const reason = waitsFor();
  if (reason !== null) {
    const parts = { evaluator: starting, worker: starting, outbox: starting };
    return { state: 'not_ready', parts: { database: { ...starting, reason }, ...parts } };
  }
  const health = await database();
  const parts = {
    database: health.up
      ? ({ state: 'ready', lastPassAt: now(), reason: null } as const)
      : ({ state: 'not_ready', lastPassAt: null, reason: health.reason } as const),
    evaluator: passes.of('evaluator'),
    worker: passes.of('worker'),
    outbox: passes.of('outbox'),
  };
  const fit = Object.values(parts).every(({ state }) => state !== 'not_ready');
  return { state: fit ? 'ready' : 'not_ready', parts };
}

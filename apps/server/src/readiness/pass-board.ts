import { formatSpan } from '@lastgood/domain';

/** The parts that act by themselves: each must get through again and again. */
export type Part = 'evaluator' | 'worker' | 'outbox';

export interface PartState {
  /** Starting: it has not got through yet, and is not late with it. */
  state: 'starting' | 'ready' | 'not_ready';
  /** When it last got through to the database with what it does; epoch milliseconds. */
  lastPassAt: number | null;
  /** Why it is not ready; null when it is. */
  reason: string | null;
}

/** Written by the loops, read by readiness. */
export interface PassBoard {
  completed(part: Part): void;
  failed(part: Part, error: unknown): void;
  of(part: Part): PartState;
}

/** A part that fails is given this long: one lost connection is no reason to send callers elsewhere. */
const graceMs = 2_000;

interface Row {
  lastPassAt: number | null;
  /** Of the failures since it last got through. */
  failures: { count: number; since: number; error: unknown } | null;
}

/** How long each part may be silent: three of its passes at least, and what a pass may wait for. Milliseconds. */
export function silences(intervalMs: number): Record<Part, number> {
  return {
    evaluator: Math.max(3 * intervalMs, 15_000),
    worker: 15_000,
    // Without a notifier it looks once a minute whether something is left for one that is no more.
    outbox: 150_000,
  };
}

/** `silentMs`: a part that has not got through for longer is not ready, whether it fails or hangs. */
export function createPassBoard(now: () => number, silentMs: Record<Part, number>): PassBoard {
  const startedAt = now();
  const rows = new Map<Part, Row>();
  const rowOf = (part: Part): Row => rows.get(part) ?? { lastPassAt: null, failures: null };
  return {
    completed(part) {
      rows.set(part, { lastPassAt: now(), failures: null });
    },
    failed(part, error) {
      const row = rowOf(part);
      const { count, since } = row.failures ?? { count: 0, since: now() };
      rows.set(part, { ...row, failures: { count: count + 1, since, error } });
    },
    of(part) {
      const { lastPassAt, failures } = rowOf(part);
      const at = now();
      const quietMs = at - (lastPassAt ?? startedAt);
      const silent = quietMs > silentMs[part];
      const failing = failures !== null && failures.count > 1 && at - failures.since >= graceMs;
      if (!silent && !failing)
        return { state: lastPassAt === null ? 'starting' : 'ready', lastPassAt, reason: null };
      const why = failures ? `: ${messageOf(failures.error)}` : '';
      return {
        state: 'not_ready',
        lastPassAt,
        reason: `it did not get through for ${formatSpan(quietMs)}${why}`,
      };
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

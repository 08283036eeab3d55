import { formatSpan, staleAfterSlots } from '@lastgood/domain';
import type { EvaluatorRow } from '@lastgood/store/views/view-rows';
import { iso, seconds } from '../../wire/instant.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import type { EvaluatorStatus } from './status-schema.ts';

/** How late a slot may be judged before that is an answer that is too late. In milliseconds. */
const graceMs = 2_000;

export function evaluatorOf(
  {
    sources,
    settings: { judging },
  }: {
    sources: Pick<EndpointDependencies['sources'], 'readingSince'>;
    settings: Pick<EndpointDependencies['settings'], 'judging'>;
  },
  row: EvaluatorRow,
  now: number,
): EvaluatorStatus {
  return toEvaluatorStatus(row, {
    intervalMs: judging.intervalMs,
    upSince: sources.readingSince() ?? now,
    now,
  });
}

/**
 * How the evaluator is, and until when this answer may be believed: whoever shows it needs no rule of its own.
 *
 * - late: the last slot was judged more than half an interval after its instant;
 * - stalled: no slot was done for `staleAfterSlots`;
 * - idle: there is no deployment to read.
 *
 * @param upSince since when this server owes slots
 */
export function toEvaluatorStatus(
  row: EvaluatorRow,
  { intervalMs, upSince, now }: { intervalMs: number; upSince: number; now: number },
): EvaluatorStatus {
  const nextSlot = (Math.floor(now / intervalMs) + 1) * intervalMs;
  const frame = {
    intervalSeconds: seconds(intervalMs),
    lastSlotAt: iso(row.lastSlot),
    lateMs: row.lateMs,
    missedSlotsLastHour: row.missed,
    nextSlotAt: iso(nextSlot),
  };
  if (!row.hasWork)
    return {
      ...frame,
      nextSlotAt: null,
      staleAt: null,
      state: 'idle',
      sentence: 'Nothing is to be evaluated.',
    };
  const owedSince = Math.max(row.lastSlot ?? 0, upSince);
  const staleAt = owedSince + staleAfterSlots * intervalMs + graceMs;
  return {
    ...frame,
    staleAt: iso(staleAt),
    ...sayOf(row, { intervalMs, now, owedSince, staleAt, nextSlot }),
  };
}

function sayOf(
  { lastSlot, lateMs }: EvaluatorRow,
  at: { intervalMs: number; now: number; owedSince: number; staleAt: number; nextSlot: number },
): Pick<EvaluatorStatus, 'state' | 'sentence'> {
  const every = `every ${formatSeconds(at.intervalMs)}`;
  if (at.now >= at.staleAt) {
    const silent = formatSpan(at.now - at.owedSince);
    const sentence = `No trigger was evaluated for ${silent} (${every} expected): nothing rolls back by itself now.`;
    return { state: 'stalled', sentence };
  }
  if (lastSlot === null || lastSlot < at.owedSince) {
    const left = Math.max(1, Math.ceil((at.nextSlot - at.now) / 1000));
    return { state: 'starting', sentence: `Starting, first reading in ${left} s.` };
  }
  if ((lateMs ?? 0) > at.intervalMs / 2)
    return { state: 'late', sentence: `The last slot was judged ${formatSeconds(lateMs ?? 0)} late.` };
  return { state: 'on_time', sentence: `Evaluator on time, ${every}.` };
}

function formatSeconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`;
}

import { formatDuration } from '@lastgood/domain';
import type { EvaluatorRow } from '@lastgood/store/views/view-rows';
import { iso, seconds } from '../../wire/instant.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import type { SystemStatus } from './status-schema.ts';

export function toStatusDto(
  { settings, sources, sandbox }: EndpointDependencies,
  evaluator: EvaluatorRow,
  undelivered: number,
  now: number,
): SystemStatus {
  return {
    at: iso(now),
    version: settings.version,
    sandbox: sandbox !== null,
    replica: settings.replica,
    evaluator: toEvaluatorStatus(evaluator, settings.intervalMs, now),
    sources: sources.all().map(({ kind, title, name, health, since, missingRights }) => ({
      kind,
      title,
      name,
      up: health.up,
      reason: health.up ? null : health.reason,
      since: iso(since),
      missingRights,
      note: sources.watchOf(kind, name)?.reason ?? null,
    })),
    undelivered,
  };
}

export function toEvaluatorDto(row: EvaluatorRow, intervalMs: number) {
  return {
    intervalSeconds: seconds(intervalMs),
    lastSlotAt: iso(row.lastSlot),
    lateMs: row.lateMs,
    missedSlots: row.missed,
  };
}

/** Late: more than half an interval. Stalled: no slot for three intervals. */
export function toEvaluatorStatus(
  row: EvaluatorRow,
  intervalMs: number,
  now: number,
): SystemStatus['evaluator'] {
  const { missedSlots, ...rest } = toEvaluatorDto(row, intervalMs);
  const every = `every ${formatSeconds(intervalMs)}`;
  const frame = { ...rest, missedSlotsLastHour: missedSlots };
  if (row.lastSlot === null)
    return { ...frame, state: 'starting', sentence: `Triggers are evaluated ${every}; no slot is done yet.` };
  const age = now - row.lastSlot;
  if (age > 3 * intervalMs) {
    return {
      ...frame,
      state: 'stalled',
      sentence: `No trigger was evaluated for ${formatDuration(age)} (${every} expected): nothing rolls back by itself now.`,
    };
  }
  const lateMs = row.lateMs ?? 0;
  if (lateMs > intervalMs / 2) {
    return { ...frame, state: 'late', sentence: `The last slot was judged ${formatSeconds(lateMs)} late.` };
  }
  return { ...frame, state: 'on_time', sentence: `Evaluator on time, ${every}.` };
}

function formatSeconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`;
}

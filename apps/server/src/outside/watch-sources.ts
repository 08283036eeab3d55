import type { MetricSources } from '@lastgood/adapters';
import type { Health, Rollout } from '@lastgood/domain';
import { type Clock, withDeadline } from '@lastgood/engine';
import type { FastifyBaseLogger } from 'fastify';
import type { Figures } from '../figures/figures.ts';
import type { SourceBoard, SourceKind } from './source-board.ts';

export interface WatchSourcesDependencies {
  database: () => Promise<Health>;
  sources: MetricSources['sources'];
  rollout: Rollout;
  board: SourceBoard;
  clock: Clock;
  figures: Figures;
  log: FastifyBaseLogger;
}

const deadlineMs = 5_000;

/** An outside system, and how it is asked whether it answers. */
export interface SourceToAsk {
  kind: SourceKind;
  name: string;
  ask(signal: AbortSignal): Promise<Health>;
}

export const databaseSource = { kind: 'postgres', name: 'postgres' } as const;

/** Every outside system. Each is asked in a loop of its own: one that never answers delays no other's word. */
export function sourcesToAsk({ rollout, sources, database }: WatchSourcesDependencies): SourceToAsk[] {
  return [
    { ...databaseSource, ask: database },
    ...sources.map(({ name, source }) => ({ kind: 'metrics' as const, name, ask: source.health })),
    ...rollout.clusters().map((name) => ({
      kind: 'cluster' as const,
      name,
      ask: (signal: AbortSignal) => rollout.health(name, signal),
    })),
  ];
}

/** Asks one outside system whether it answers, and tells the board. */
export async function watchSource(
  { board, clock, figures, log }: WatchSourcesDependencies,
  { kind, name, ask }: SourceToAsk,
  signal: AbortSignal,
): Promise<void> {
  const health = await withDeadline(clock, deadlineMs, signal, ask);
  if (!signal.aborted) reportHealth({ board, clock, figures, log }, { kind, name }, health);
}

/** Tells the board how an outside system is, and the log when that turned. */
export function reportHealth(
  { board, clock, figures, log }: Pick<WatchSourcesDependencies, 'board' | 'clock' | 'figures' | 'log'>,
  { kind, name }: Pick<SourceToAsk, 'kind' | 'name'>,
  health: Health,
): void {
  figures.sourceUp.set({ kind, name }, health.up ? 1 : 0);
  const turned = board.report(kind, name, health, clock.now());
  if (!turned) return;
  if (health.up) log.info({ kind, name }, 'an outside system answers again');
  else log.warn({ kind, name, reason: health.reason }, 'an outside system does not answer');
}

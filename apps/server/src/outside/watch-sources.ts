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

/** Asks every outside system whether it answers, and tells the board. */
export async function watchSources(deps: WatchSourcesDependencies, signal: AbortSignal): Promise<void> {
  const { rollout, sources, database } = deps;
  await Promise.all([
    look(deps, 'postgres', 'postgres', database, signal),
    ...sources.map(({ name, source }) =>
      look(deps, 'metrics', name, (deadline) => source.health(deadline), signal),
    ),
    ...rollout
      .clusters()
      .map((name) => look(deps, 'cluster', name, (deadline) => rollout.health(name, deadline), signal)),
  ]);
}

async function look(
  { board, clock, figures, log }: WatchSourcesDependencies,
  kind: SourceKind,
  name: string,
  ask: (signal: AbortSignal) => Promise<Health>,
  signal: AbortSignal,
): Promise<void> {
  const health = await withDeadline(clock, deadlineMs, signal, ask);
  if (signal.aborted) return;
  figures.sourceUp.set({ kind, name }, health.up ? 1 : 0);
  const turned = board.report(kind, name, health, clock.now());
  if (!turned) return;
  if (health.up) log.info({ kind, name }, 'an outside system answers again');
  else log.warn({ kind, name, reason: health.reason }, 'an outside system does not answer');
}

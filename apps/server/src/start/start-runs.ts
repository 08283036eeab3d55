import { type Clock, createRunWorker, type RunWorker, type WorkerDependencies } from '@lastgood/engine';
import type { Store } from '@lastgood/store';
import type { Config } from '../config/config.ts';
import type { Figures } from '../figures/figures.ts';
import { startLoop } from '../loops/loop.ts';
import { measureRuns, type RunFigures } from '../loops/measured-runs.ts';
import { createRunDispatcher } from '../loops/run-dispatcher.ts';
import type { Outside } from '../outside/outside.ts';
import { withTellers } from '../signals/with-tellers.ts';

export interface RunLoopDependencies {
  config: Pick<Config, 'replica' | 'runs'>;
  store: Pick<Store, 'runs' | 'deployments' | 'configurations' | 'expireDead' | 'alerts'>;
  outside: Pick<Outside, 'ports' | 'metricSources' | 'probe' | 'signals'>;
  figures: Pick<Figures, 'steps' | 'runMoves' | 'leasesHeld'> & RunFigures;
  clock: Clock;
  /** Makes plans in place of the ways back. */
  prepare?: WorkerDependencies['prepare'];
  /** A pass that threw; the loops go on. */
  onFault(loop: string, error: unknown): void;
}

export interface RunLoops {
  /** Looks for due runs now. */
  look(): void;
  /** Ends the loops and puts every run down. */
  stop(): Promise<void>;
}

/** What finds due runs when no hint came. */
const sweepMs = 500;
/** Nothing tells of a replica that died; a quarter of what a takeover may take. */
const lookForDeadMs = 250;

/** Carries due runs, and takes over those of replicas that died. */
export function startRuns(deps: RunLoopDependencies): RunLoops {
  const { config, store, outside, clock, figures, onFault } = deps;
  const stopped = new AbortController();
  const dispatcher = createRunDispatcher(
    () => worker,
    stopped.signal,
    (error) => onFault('runs', error),
  );
  const worker: RunWorker = createRunWorker({
    runs: measureRuns(store.runs, figures, () => performance.now()),
    deployments: store.deployments,
    ports: { ...outside.ports, keep: store.configurations },
    metrics: { ...outside.metricSources.metrics, ...withTellers(store.alerts, outside.signals) },
    probe: outside.probe,
    clock,
    replica: config.replica,
    leaseMs: config.runs.leaseMs,
    atOncePerCluster: config.runs.atOnce,
    prepare: deps.prepare,
    onMove(move) {
      if (move.kind === 'step') figures.steps.inc({ step: move.step, outcome: move.outcome });
      else figures.runMoves.inc({ move: move.kind });
      figures.leasesHeld.set(worker.executing().length);
      dispatcher.onMove(move);
    },
  });
  const lookAround = () => {
    figures.leasesHeld.set(worker.executing().length);
    dispatcher.look();
  };
  const frame = { clock, onFault, everyMs: sweepMs };
  const sweep = startLoop({ ...frame, name: 'runs', pass: async () => lookAround() });
  const takeover = startLoop({
    ...frame,
    name: 'takeover',
    everyMs: lookForDeadMs,
    async pass() {
      if ((await store.expireDead(config.replica)).length > 0) dispatcher.look();
    },
  });
  return {
    look: dispatcher.look,
    async stop() {
      stopped.abort();
      await Promise.all([sweep.stop(), takeover.stop(), dispatcher.settled()]);
    },
  };
}

import { createFigures } from '@lastgood/server/figures/figures';
import { createRealClock } from '@lastgood/server/loops/real-clock';
import { startRuns } from '@lastgood/server/start/start-runs';
import { createStore } from '@lastgood/store';
import { createInMemoryHttpProbe } from '@lastgood/testkit/fakes/in-memory-http-probe';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { createEffects } from '../effect.ts';
import { atOnce, poolSize, type WorkerMessage, type WorkerOrders } from '../executor.ts';
import { createRecordedRollout } from './recorded-rollout.ts';
import { planTrivially } from './trivial-plan.ts';

/*
 * The part of the server that carries runs, as the server composes it and with its defaults, over a rollout whose one effect
 * is recorded outside.
 */
const orders = JSON.parse(process.argv[2] ?? '') as WorkerOrders;
const tell = (message: WorkerMessage) => process.send?.(message);
const clock = createRealClock();
const store = createStore({
  databaseUrl: orders.databaseUrl,
  poolSize,
  notifiers: [{ name: 'hook', hears: 'people' }],
  now: clock.now,
});
const metrics = createInMemoryMetricSource();

const runs = startRuns({
  config: { replica: orders.name, runs: { atOnce, leaseMs: 2_000 } },
  store,
  outside: {
    ports: createRecordedRollout(createEffects(orders.recorderUrl, orders.name), clock.now),
    metricSources: { metrics, sources: [] },
    signals: new Map(),
    probe: createInMemoryHttpProbe(),
  },
  figures: createFigures(),
  prepare: planTrivially,
  clock,
  onFault: (loop, error) => tell({ kind: 'fault', text: `${loop}: ${error}` }),
});
store.join(orders.name, {
  onTopics: (topics) => topics.includes('runs') && runs.look(),
  onConnection: (state) => state.up && tell({ kind: 'ready' }),
});
process.on('disconnect', () => process.exit(0));

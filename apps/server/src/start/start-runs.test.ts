import { type Rollout, serviceKey } from '@lastgood/domain';
import { newId, run, twoReleases, useStores } from '@lastgood/store/store-harness';
import { createInMemoryHttpProbe } from '@lastgood/testkit/fakes/in-memory-http-probe';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { createInMemoryRollout } from '@lastgood/testkit/fakes/in-memory-rollout';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { afterEach, expect, test, vi } from 'vitest';
import { createFigures } from '../figures/figures.ts';
import { createRealClock } from '../loops/real-clock.ts';
import { type RunLoops, startRuns } from './start-runs.ts';

const postgres = usePostgres();
const open = useStores(postgres);
const atOnce = 3;
let loops: RunLoops | null = null;
// Before the stores are closed.
afterEach(() => loops?.stop());

test('a cluster that never answers keeps no run of another waiting', async () => {
  const store = open();
  const queue = async (cluster: string) => {
    const name = newId('svc');
    const { svc, bad, good } = await twoReleases(store, {
      name,
      cluster,
      key: serviceKey(cluster, 'shop', name),
    });
    const asked = run(svc, bad.id, good.id);
    await store.commands.queueRun(asked);
    return asked.id;
  };
  const mute: string[] = [];
  for (let n = 0; n < atOnce + 2; n += 1) mute.push(await queue('far'));
  const rollout = createInMemoryRollout({ now: Date.now, clusters: ['main', 'far'] });
  const asked = new Map<string, number>();
  const read: Rollout['read'] = async (workload, signal) => {
    asked.set(workload.cluster, (asked.get(workload.cluster) ?? 0) + 1);
    if (workload.cluster !== 'far') return rollout.read(workload, signal);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return { kind: 'unreachable', reason: 'no answer' };
  };
  loops = startRuns({
    config: { replica: 'one', runs: { atOnce, leaseMs: 2_000 } },
    store,
    outside: {
      ports: { rollout: { ...rollout, read }, workloads: rollout.workloads },
      metricSources: { metrics: createInMemoryMetricSource(), sources: [] },
      signals: new Map(),
      probe: createInMemoryHttpProbe(),
    },
    figures: createFigures(),
    clock: createRealClock(),
    onFault: (_loop, error) => {
      throw error;
    },
  });
  await vi.waitUntil(() => asked.get('far') === atOnce, { timeout: 10_000 });
  const near = await queue('main');
  loops.look();
  // What its cluster does not have is said at once.
  const status = async (id: string) => (await store.views.run(id))?.run.status;
  await vi.waitUntil(async () => (await status(near)) === 'stopped', { timeout: 10_000, interval: 50 });
  expect(asked).toEqual(
    new Map([
      ['far', atOnce],
      ['main', expect.any(Number)],
    ]),
  );
  expect(await Promise.all(mute.map(status))).toEqual(mute.map(() => 'queued'));
});

import { createMonitor } from '@lastgood/engine';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { aBaseline, aDeployment, aService, type aTrigger } from '@lastgood/testkit/scenario/builders';
import { monitorSettings } from '@lastgood/testkit/scenario/test-engine';
import type { useStoredApp } from './stored-app-harness.ts';

interface Judging {
  triggers: ReturnType<typeof aTrigger>[];
  /** When release `web-2` follows `web-1`; its first slot. */
  startedAt: number;
  slots: number;
  /** What every trigger reads, by the instant asked about: a while before its slot. */
  valueAt: (at: number) => number;
}

/** Has the real monitor judge the service `web`, whose second release is watched, slot after slot. */
export async function judgeWeb(
  { store }: ReturnType<typeof useStoredApp>,
  { triggers, startedAt, slots, valueAt }: Judging,
): Promise<void> {
  const service = aService({ name: 'web', triggers });
  await store.services.apply(service, 'test', startedAt);
  const given = { service: service.key, startedAt };
  await store.deployments.commit({ newDeployments: [aBaseline({ ...given, id: 'web-1' })] });
  await store.deployments.commit({
    newDeployments: [aDeployment({ ...given, id: 'web-2', previousDeploymentId: 'web-1' })],
  });
  let ids = 0;
  const monitor = createMonitor({
    ...{ slots: store.slots, deployments: store.deployments, replica: 'one' },
    clock: { now: () => startedAt, sleep: async () => undefined },
    metrics: createInMemoryMetricSource((_question, at) => ({ kind: 'value', value: valueAt(at) })),
    newId: () => `id-${++ids}`,
    settings: monitorSettings,
  });
  for (let n = 0; n < slots; n += 1)
    await monitor.tick(startedAt + n * monitorSettings.intervalMs, new AbortController().signal);
}

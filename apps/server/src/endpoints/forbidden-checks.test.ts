import { families, openFamily } from '@lastgood/adapters';
import { createHttpProbe } from '@lastgood/adapters/probe/http/http-probe';
import type { ServiceCheck } from '@lastgood/domain';
import { createStore, type Store } from '@lastgood/store';
import { createInMemoryNotifier } from '@lastgood/testkit/fakes/in-memory-notifier';
import { createInMemoryRollout } from '@lastgood/testkit/fakes/in-memory-rollout';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aBaseline, aDeployment, aService, imageOf, webWorkload } from '@lastgood/testkit/scenario/builders';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPlaces } from '../backtest/places.ts';
import { configuredIn } from '../config/to-config.ts';
import { createRealClock } from '../loops/real-clock.ts';
import { createReceivers } from '../outside/receivers.ts';
import { createSourceBoard } from '../outside/source-board.ts';
import type { EndpointDependencies } from './endpoint-dependencies.ts';
import { planPreview } from './runs/plan-preview.ts';
import { readServiceView } from './services/service-view.ts';
import { aJudging } from './standing/judging-harness.ts';

const postgres = usePostgres();
const clock = createRealClock();
let store: Store;
let deps: EndpointDependencies;

/** A check that was declared when the configuration permitted it; `expectedStatus` and the rest are of no matter. */
const checks: ServiceCheck[] = [
  {
    ...{ name: 'inner', type: 'http', url: 'http://10.0.0.1/', expectedStatus: 200 },
    ...{ passes: 1, timeoutMs: 1_000, everyMs: 1_000 },
  },
];

beforeAll(async () => {
  store = createStore({ databaseUrl: postgres.url, now: clock.now });
  const rollout = createInMemoryRollout({ now: clock.now, clusters: ['main'] });
  deps = {
    ...{
      store,
      clock,
      sandbox: null,
      backtests: createPlaces(2),
      receivers: createReceivers({ notifiers: [createInMemoryNotifier()] }),
      newId: () => crypto.randomUUID(),
    },
    ports: { rollout, workloads: rollout.workloads },
    metrics: openFamily(families.metrics, []).product.metrics,
    probe: createHttpProbe({}),
    configured: configuredIn({}, String),
    sources: createSourceBoard([]),
    settings: {
      version: '0',
      replica: 'test',
      judging: aJudging,
      retentionDays: 30,
      clusterDeadlineMs: 5_000,
    },
  };
  rollout.cluster.create(webWorkload, { app: imageOf('v1') });
  rollout.cluster.deploy(webWorkload, { app: imageOf('v2') });
  await store.services.apply(aService({ checks }), 'ada', clock.now());
  await store.deployments.commit({ newDeployments: [aBaseline()] });
  await store.deployments.commit({ newDeployments: [aDeployment()] });
});
afterAll(() => store.close());

const told = [
  expect.stringContaining(
    'Check inner cannot pass, so no rollback can be proven by it: 10.0.0.1:80 is not among',
  ),
];

test('a check that is permitted no longer is told with its service', async () => {
  expect((await readServiceView(deps, aService().key, [])).warnings).toEqual(told);
});

test('and before the click', async () => {
  const request = { params: { id: 'd2' }, query: {} } as Parameters<typeof planPreview.handle>[1];
  const { plan, refusals } = await planPreview.handle(deps, request);
  expect(refusals).toEqual([]);
  expect(plan?.warnings).toEqual(expect.arrayContaining(told));
});

test('and neither once the configuration permits it', async () => {
  const permitting = { ...deps, probe: createHttpProbe({ allowedAddresses: ['10.0.0.0/8'] }) };
  expect((await readServiceView(permitting, aService().key, [])).warnings).toEqual([]);
});

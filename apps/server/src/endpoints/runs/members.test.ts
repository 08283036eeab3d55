import { families, openFamily } from '@lastgood/adapters';
import type { Run } from '@lastgood/domain';
import { createStore, type Store } from '@lastgood/store';
import { createInMemoryHttpProbe } from '@lastgood/testkit/fakes/in-memory-http-probe';
import { createInMemoryRollout } from '@lastgood/testkit/fakes/in-memory-rollout';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aBaseline, aDeployment, aMember, aRun, aService } from '@lastgood/testkit/scenario/builders';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPlaces } from '../../backtest/places.ts';
import { configuredIn } from '../../config/to-config.ts';
import { createRealClock } from '../../loops/real-clock.ts';
import { createReceivers } from '../../outside/receivers.ts';
import { createSourceBoard } from '../../outside/source-board.ts';
import { deploymentView } from '../deployments/deployment-view.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { nowView } from '../now/now-view.ts';
import { listServices } from '../services/list-services.ts';
import { serviceView } from '../services/service-view.ts';
import { aJudging } from '../standing/judging-harness.ts';
import { listRuns } from './list-runs.ts';
import { rollbackDeployment } from './rollback-deployment.ts';
import { runView } from './run-view.ts';

const postgres = usePostgres();
const clock = createRealClock();
/** What a request has besides what its endpoint asks for. */
const asked = {
  params: {},
  query: {},
  body: {},
  caller: { kind: 'person', name: 'ada' },
  operation: { id: 'another', key: null },
} as const;
const first = aService({ name: 'cart' });
const second = aService({ name: 'payments' });

let store: Store;
let deps: EndpointDependencies;

/** Both services have a good release and a bad one; one run takes both back. */
beforeAll(async () => {
  store = createStore({ databaseUrl: postgres.url, now: clock.now });
  const rollout = createInMemoryRollout({ now: clock.now, clusters: ['main'] });
  deps = {
    store,
    ports: { rollout, workloads: rollout.workloads },
    metrics: openFamily(families.metrics, []).product.metrics,
    probe: createInMemoryHttpProbe(),
    clock,
    newId: () => crypto.randomUUID(),
    configured: configuredIn({}, String),
    sources: createSourceBoard([]),
    sandbox: null,
    backtests: createPlaces(2),
    receivers: createReceivers(),
    settings: {
      version: '0',
      replica: 'test',
      judging: aJudging,
      retentionDays: 30,
      clusterDeadlineMs: 1_000,
    },
  };
  for (const { key, name } of [first, second]) {
    await store.services.apply(name === 'cart' ? first : second, 'ada', clock.now());
    await store.deployments.commit({ newDeployments: [aBaseline({ id: `${name}-1`, service: key })] });
    const previousDeploymentId = `${name}-1`;
    const bad = aDeployment({ id: `${name}-2`, service: key, previousDeploymentId });
    await store.deployments.commit({ newDeployments: [bad] });
  }
  await store.commands.queueRun(together());
});
afterAll(() => store.close());

function together(): Run {
  const members = [first, second].map(({ key, name }, lane) =>
    aMember({ lane, service: key, deploymentId: `${name}-2`, targetDeploymentId: `${name}-1` }),
  );
  const ends = { deploymentId: 'cart-2', targetDeploymentId: 'cart-1' };
  return aRun({ id: 'both', service: first.key, ...ends, members });
}

test('the button of a second member says why it cannot be pressed, and who presses all the same joins the run', async () => {
  expect(await deploymentView.handle(deps, { ...asked, params: { id: 'payments-2' } })).toMatchObject({
    activeRunId: 'both',
    targetProblem: 'A rollback of payments is asked for or under way already.',
  });
  const { attention, watched } = await nowView.handle(deps, asked);
  const row = [...attention, ...watched].find(({ deploymentId }) => deploymentId === 'payments-2');
  expect(row?.activeRunId).toBe('both');
  const pressed = await rollbackDeployment.handle(deps, { ...asked, params: { id: 'payments-2' } });
  expect(pressed.id).toBe('both');
});

test('its page and its row lead to the run', async () => {
  const busy = { standing: { state: 'rolling_back', sentence: 'back to v1' }, runId: 'both' };
  const { cluster, namespace, name } = second;
  expect(
    (await serviceView.handle(deps, { ...asked, params: { cluster, namespace, name } })).summary,
  ).toMatchObject(busy);
  expect((await listServices.handle(deps, { ...asked, query: { search: name } })).items).toMatchObject([
    busy,
  ]);
});

test('the run names everybody who goes back with it, each with its own releases', async () => {
  const member = (name: string) => ({
    serviceName: name,
    deploymentId: `${name}-2`,
    status: 'queued',
    from: { deploymentId: `${name}-2`, release: 2 },
    target: { deploymentId: `${name}-1`, release: 1 },
  });
  const members = [member('cart'), member('payments')];
  expect((await runView.handle(deps, { ...asked, params: { id: 'both' } })).run).toMatchObject({
    serviceName: 'cart',
    members,
  });
  expect((await listRuns.handle(deps, { ...asked, query: { service: second.key } })).items).toMatchObject([
    { id: 'both', members },
  ]);
});

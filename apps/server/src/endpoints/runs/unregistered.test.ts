import { families, openFamily } from '@lastgood/adapters';
import { createStore, type Store } from '@lastgood/store';
import { createInMemoryHttpProbe } from '@lastgood/testkit/fakes/in-memory-http-probe';
import { createInMemoryStepWorld } from '@lastgood/testkit/fakes/in-memory-step-world';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aBaseline, aDeployment, aService, imageOf, webWorkload } from '@lastgood/testkit/scenario/builders';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPlaces } from '../../backtest/places.ts';
import { configuredIn } from '../../config/to-config.ts';
import { createRealClock } from '../../loops/real-clock.ts';
import { createReceivers } from '../../outside/receivers.ts';
import { createSourceBoard } from '../../outside/source-board.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { aJudging } from '../standing/judging-harness.ts';
import { planPreview } from './plan-preview.ts';
import { rollbackDeployment } from './rollback-deployment.ts';

const postgres = usePostgres();
const clock = createRealClock();
const name = 'flag/unleash/default/production/new-cart';
let store: Store;
let deps: EndpointDependencies;

beforeAll(async () => {
  store = createStore({ databaseUrl: postgres.url, now: clock.now });
  const world = createInMemoryStepWorld([webWorkload], clock.now);
  world.state.flags['new-cart'] = { value: { on: true }, version: 2, archived: false };
  deps = {
    ...{
      store,
      clock,
      sandbox: null,
      backtests: createPlaces(2),
      receivers: createReceivers(),
      newId: () => crypto.randomUUID(),
    },
    ports: world.ports,
    metrics: openFamily(families.metrics, []).product.metrics,
    probe: createInMemoryHttpProbe(),
    configured: configuredIn({}, String),
    sources: createSourceBoard([]),
    settings: {
      ...{ version: '0', replica: 'test', judging: aJudging, retentionDays: 30 },
      clusterDeadlineMs: 10_000,
    },
  };
  const { cluster } = world.rollout;
  cluster.create(webWorkload, { app: imageOf('v1') });
  cluster.deploy(webWorkload, { app: imageOf('v2') });
  const flag = { provider: 'unleash', environment: 'production', flags: [{ flag: 'new-cart' }] };
  await store.services.apply(aService({ rollback: { flag } }), 'ada', clock.now());
  await store.deployments.commit({ newDeployments: [aBaseline()] });
  const state = { kind: 'known', value: { on: false } } as const;
  const stood = [{ kind: 'flag', name, state } as const];
  await store.deployments.commit({ newDeployments: [aDeployment({ stood })] });
});
afterAll(() => store.close());

type Asked = Parameters<typeof planPreview.handle>[1];
const preview = (including?: string) =>
  planPreview.handle(deps, { params: { id: 'd2' }, query: including ? { including } : {} } as Asked);
const text = 'Flag new-cart in production moved from off to on after v2 (release 2) was registered.';
const act = 'Take flag new-cart in production back to off';

test('the plan offers what was seen and not registered, and leaves it', async () => {
  const { plan, unregistered } = await preview();
  expect(unregistered).toEqual([{ service: aService().key, name, kind: 'flag', included: false, text, act }]);
  expect(plan?.steps.map(({ kind }) => kind)).not.toContain('set-flag');
  expect(plan?.warnings.join()).toContain(`unless you include ${name}`);
});

test('a plan that includes it takes it back, and says what changes', async () => {
  const { plan, unregistered } = await preview(name);
  expect(unregistered).toMatchObject([{ name, included: true }]);
  expect(plan?.steps.map(({ kind }) => kind)).toContain('set-flag');
  expect(plan?.changes.items).toContainEqual(
    expect.objectContaining({ path: 'Flag new-cart in production', before: 'on', after: 'off' }),
  );
  expect(plan?.warnings.join()).not.toContain('unless you include');
});

test('what the command includes is kept with its run', async () => {
  const run = await rollbackDeployment.handle(deps, {
    ...{ params: { id: 'd2' }, query: {}, body: { including: [name] } },
    ...{ caller: { kind: 'person', name: 'ada' }, operation: { id: 'r1', key: null } },
  } as Parameters<typeof rollbackDeployment.handle>[1]);
  expect(run.including).toEqual([name]);
});

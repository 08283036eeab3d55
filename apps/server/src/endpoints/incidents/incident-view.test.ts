import { eventAbout } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aBaseline, aDeployment, aRun, aService } from '@lastgood/testkit/scenario/builders';
import { beforeAll, expect, test } from 'vitest';
import { useStoredApp } from '../stored-app-harness.ts';
import type { IncidentView } from './incident-schema.ts';

const minute = 60_000;
const now = Date.now();
/** When it all began. */
const t0 = now - 30 * minute;
const app = useStoredApp(usePostgres(), { now });
const search = aService({ name: 'search' });
const checkout = aService({ name: 'checkout', dependencies: [search.key] });
const mail = aService({ name: 'mail' });

/** `search` and `checkout` fail together, `mail` on its own; `search` is taken back. */
beforeAll(async () => {
  const { store } = app;
  for (const service of [checkout, search, mail]) {
    const { key, name } = service;
    await store.services.apply(service, 'ada', t0 - 120 * minute);
    const before = t0 - 90 * minute;
    const times = { startedAt: before, completedAt: before, watchClosedAt: before };
    const good = aBaseline({ id: `${name}-1`, service: key, ...times });
    const bad = aDeployment({ id: `${name}-2`, service: key, previousDeploymentId: good.id, startedAt: t0 });
    await store.deployments.commit({ newDeployments: [good] });
    await store.deployments.commit({ newDeployments: [bad] });
    await say(service.name, 'trigger.pending', t0 + minute);
    await say(service.name, 'trigger.fired', t0 + 2 * minute);
  }
  const ends = { deploymentId: 'search-2', targetDeploymentId: 'search-1' };
  await store.commands.queueRun(aRun({ id: 'r1', service: search.key, ...ends, createdAt: t0 + 3 * minute }));
  const rollback = { id: 'r1-rollback', origin: 'rollback', previousDeploymentId: 'search-2' } as const;
  await store.deployments.commit({
    newDeployments: [
      aDeployment({ ...rollback, service: search.key, startedAt: t0 + 4 * minute, version: 'v1' }),
    ],
  });
});

/** What a service brought out long ago, whose watch is over: it stands. */
async function stands(name: string, dependencies: string[] = []) {
  const service = aService({ name, dependencies });
  const before = t0 - 300 * minute;
  const times = { startedAt: before, completedAt: before, watchClosedAt: before + minute };
  await app.store.services.apply(service, 'ada', before);
  await app.store.deployments.commit({
    newDeployments: [aBaseline({ id: `${name}-2`, service: service.key, ...times })],
  });
  return service;
}

function say(name: string, type: 'trigger.pending' | 'trigger.fired', at: number) {
  const about = { service: `main/shop/${name}`, deploymentId: `${name}-2` };
  return app.store.events.append([
    eventAbout({ type, at, ...about, text: `errors of ${name}`, data: { trigger: 'errors' } }),
  ]);
}

async function incidentOf(id: string): Promise<IncidentView> {
  const { status, body } = await app.get<IncidentView>(`/incidents/${id}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

test('who failed together stands on one axis, what is depended on above; who shares nothing does not', async () => {
  const incident = await incidentOf('checkout-2');
  expect(incident.lanes.map(({ serviceName, link }) => [serviceName, link.kind])).toEqual([
    ['search', 'dependency'],
    ['checkout', 'asked'],
  ]);
  expect(incident).toMatchObject({
    deploymentId: 'checkout-2',
    from: new Date(t0).toISOString(),
    to: null,
    moreServices: 0,
    marginSeconds: 300,
    isCut: false,
  });
  const [above] = incident.lanes;
  expect(above?.deployments.map(({ id }) => id)).toEqual(['search-2', 'r1-rollback']);
  expect(above?.spans).toMatchObject([
    { kind: 'pending', trigger: 'errors', to: new Date(t0 + 2 * minute).toISOString() },
    // Its rollback is at work, and it is read on.
    { kind: 'firing', trigger: 'errors', to: null },
  ]);
});

test('every mark is an event of the log, at the same instant and in the same words', async () => {
  const { lanes } = await incidentOf('search-2');
  const marks = lanes.flatMap((lane) => lane.marks);
  const { body } = await app.get<{ items: { id: number; at: string; text: string; type: string }[] }>(
    '/events?limit=200',
  );
  expect(marks).toHaveLength(5);
  for (const { id, at, text, type } of marks)
    expect(body.items.find((event) => event.id === id)).toMatchObject({ at, text, type });
  expect(marks.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['pending', 'fired', 'asked']));
});

test('a rollback leads to what it took back', async () => {
  expect(await incidentOf('r1-rollback')).toMatchObject({ deploymentId: 'search-2' });
});

test('what does not exist is answered with what to do', async () => {
  const { status, body } = await app.get<{ detail: string }>('/incidents/none');
  expect(status).toBe(404);
  expect(body.detail).toContain('There is no deployment none');
});

test('what stands for long is in it, too, if it was in trouble then', async () => {
  const rates = await stands('rates');
  await stands('taxes');
  const prices = await stands('prices', [rates.key, 'main/shop/taxes']);
  for (const name of ['rates', 'prices']) {
    await say(name, 'trigger.pending', t0 + minute);
    await say(name, 'trigger.fired', t0 + 2 * minute);
  }
  const bad = aDeployment({ id: 'prices-3', service: prices.key, startedAt: t0 });
  await app.store.deployments.commit({ newDeployments: [bad] });
  const about = { service: prices.key, deploymentId: bad.id, text: 'errors', data: { trigger: 'errors' } };
  await app.store.events.append([eventAbout({ type: 'trigger.fired', at: t0 + 2 * minute, ...about })]);
  const { lanes, from } = await incidentOf(bad.id);
  expect(from).toBe(new Date(t0).toISOString());
  expect(lanes.map(({ serviceName }) => serviceName)).toEqual(['rates', 'prices']);
});

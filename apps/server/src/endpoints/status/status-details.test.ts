import { givenUpEvent, type Notification } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aBaseline, aDeployment, aService, dayZero } from '@lastgood/testkit/scenario/builders';
import { beforeAll, expect, test } from 'vitest';
import { useStoredApp } from '../stored-app-harness.ts';
import type { StatusDetails } from './status-details-schema.ts';

const now = dayZero + 3_600_000;
const entry = { clusters: null, settings: {} };
const app = useStoredApp(usePostgres(), {
  now,
  configured: {
    metrics: [{ ...entry, kind: 'prometheus', name: 'prod', clusters: ['main'] }],
    clusters: [
      { ...entry, kind: 'kubernetes', name: 'main' },
      { ...entry, kind: 'kubernetes', name: 'far' },
    ],
    notifiers: [{ ...entry, kind: 'webhook', name: 'pager' }],
  },
});

beforeAll(async () => {
  for (const name of ['cart', 'checkout'])
    await app.store.services.apply(aService({ name, key: `main/shop/${name}` }), 'ada', dayZero);
  await app.store.services.apply(aService({ name: 'web', cluster: 'far', key: 'far/shop/web' }), 'ada', 0);
  await app.store.deployments.commit({
    newDeployments: [aBaseline({ id: 'one', service: 'main/shop/checkout' })],
  });
  const bad = aDeployment({ id: 'two', service: 'main/shop/checkout', previousDeploymentId: 'one' });
  await app.store.deployments.commit({ newDeployments: [bad] });
});

const read = async () => (await app.get<StatusDetails>('/status/details')).body;

test('what nobody has asked yet is unknown, and a notifier that was never used too', async () => {
  const { outside } = await read();
  expect(outside.map(({ kind, name, state }) => [kind, name, state])).toEqual([
    ['postgres', 'postgres', 'unknown'],
    ['metrics', 'prod', 'unknown'],
    ['cluster', 'main', 'unknown'],
    ['cluster', 'far', 'unknown'],
    ['notifier', 'pager', 'unknown'],
  ]);
  expect(outside.every(({ impact }) => impact === null)).toBe(true);
});

test('an outage stands first, names the services it concerns, and says what waits and what works', async () => {
  for (const name of ['main', 'far']) app.sources.report('cluster', name, { up: true }, now);
  app.sources.report('metrics', 'prod', { up: false, reason: 'connect ECONNREFUSED' }, now - 60_000);
  const { outside } = await read();
  expect(outside[0]).toMatchObject({
    ...{ kind: 'metrics', name: 'prod', title: 'Prometheus', state: 'down', reason: 'connect ECONNREFUSED' },
    ...{ since: new Date(now - 60_000).toISOString(), services: 2, watched: 1 },
    affected: ['main/shop/checkout', 'main/shop/cart'],
    impact: {
      sentence: '2 services cannot be judged: checkout and cart. 1 of them is watched now.',
      meanwhile: expect.stringMatching(/automatic rollbacks wait, the button works/),
    },
  });
  expect(outside.find(({ name }) => name === 'far')).toMatchObject({
    state: 'up',
    services: 1,
    impact: null,
  });
});

test('says how long what is kept, and that growth is not known before a whole day has passed', async () => {
  const { storage, evaluator, replicas } = await read();
  const kept = Object.fromEntries(storage.parts.map(({ name, keptDays }) => [name, keptDays]));
  expect(kept).toMatchObject({ 'Event log': null, Slots: 30, 'Idempotency keys': 1 });
  expect(storage).toMatchObject({ retentionDays: 30, bytesYesterday: null });
  expect(storage.databaseBytes).toBeGreaterThan(0);
  expect(evaluator.state).toBe('starting');
  expect(replicas).toEqual([]);
});

test('a notifier says what it gave up and why, and what went to the fallback meanwhile', async () => {
  const { deployments, outbox } = app.store;
  const notification: Notification = {
    ...{ key: 'k', kind: 'rollback_failed', urgency: 'page', at: now, service: 'main/shop/checkout' },
    ...{ deploymentId: 'two', runId: null, title: 'checkout', text: 'It stopped.' },
  };
  await deployments.commit({ notifications: [notification] });
  const [item] = await outbox.take('one', 1, 60_000, { notifier: 'pager' });
  if (!item) throw new Error('a message was expected');
  const reason = 'invalid_auth';
  await outbox.giveUp(item, reason, givenUpEvent({ item, reason, orphaned: false, at: now }));
  const { outside } = await read();
  expect(outside.find(({ kind }) => kind === 'notifier')).toMatchObject({
    notes: ['1 message was given up in the last 24 hours, the last: invalid_auth'],
    ...{ state: 'down', reason },
  });
});

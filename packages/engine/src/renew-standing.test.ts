import type { Notification, Notifier, Receipt, RetoldIncident } from '@lastgood/domain';
import { aService, dayZero, minute, second } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, expect, it } from 'vitest';
import { createNotificationDelivery } from './deliver-notifications.ts';
import { renewStanding } from './renew-standing.ts';

let engine: TestEngine;
let renewed: RetoldIncident[][];
let failed: string[];
/** What happens while it is said again. */
let meanwhile: () => Promise<string | null>;
let count = 0;

/** Remembers by its receipts what stands. */
const alerts: Notifier = {
  ...{ name: 'alerts', hears: 'people' },
  deliver: async ({ notification: { kind } }) => {
    const receipt: Receipt = kind === 'rolled_back' ? {} : { open: kind };
    return { kind: 'delivered', receipt };
  },
  renewal: {
    ...{ everyMs: 2 * minute, endedWithinMs: 15 * minute },
    async renew(incidents) {
      renewed.push([...incidents]);
      return meanwhile();
    },
  },
};

beforeEach(async () => {
  engine = createTestEngine({ notifiers: ['alerts'] });
  await engine.store.services.apply(aService(), 'test', dayZero);
  renewed = [];
  failed = [];
  meanwhile = async () => null;
});

/** Written and delivered. */
async function tell(over: Partial<Notification> = {}): Promise<void> {
  count += 1;
  const notification: Notification = {
    ...{ key: `k${count}`, kind: 'rollback_suggested', urgency: 'page', at: engine.time.now() },
    ...{
      service: 'main/shop/web',
      deploymentId: 'd2',
      runId: null,
      title: `web ${count}`,
      text: '',
      ...over,
    },
  };
  await engine.commit({ notifications: [notification] });
  const delivery = createNotificationDelivery({
    ...{ outbox: engine.store.outbox, notifiers: [alerts], clock: engine.time.clock, replica: 'one' },
    ...{ publicUrl: null, batch: 10, leaseMs: 30 * second, deliverWithinMs: 10 * second },
  });
  await delivery.deliverDue('alerts', engine.forever);
}

/** By a replica that has just been started: it knows nothing but the store. */
const renew = (notifier = alerts) =>
  renewStanding(
    {
      ...{ outbox: engine.store.outbox, clock: engine.time.clock, publicUrl: 'https://lastgood.example' },
      ...{ withinMs: 10 * second, onFailed: (name, reason) => failed.push(`${name}: ${reason}`) },
    },
    notifier,
    engine.forever,
  );
const kindsIn = (incidents: readonly RetoldIncident[] = []) =>
  incidents.map(({ told }) => told.map(({ notification }) => notification.kind));

it('says again what stands, with its words and its link, and nothing where nothing does', async () => {
  await renew();
  expect(renewed).toEqual([]);
  await tell();
  await engine.time.pass(3 * minute);
  await renew();
  expect(renewed).toMatchObject([
    [
      {
        ...{ incident: 'deployment/d2', to: null },
        told: [
          {
            agoMs: 3 * minute,
            message: { stage: 'Rollback suggested', link: 'https://lastgood.example/deployments/d2' },
          },
        ],
      },
    ],
  ]);
});

it('says that it ended for a while, and a week later nothing of what nobody has ended', async () => {
  await tell({ deploymentId: 'stands' });
  await tell();
  await tell({ kind: 'rolled_back', urgency: 'info' });
  await renew();
  expect(kindsIn(renewed[0])).toEqual([['rollback_suggested'], ['rollback_suggested', 'rolled_back']]);
  await engine.time.pass(16 * minute);
  await renew();
  expect(kindsIn(renewed[1])).toEqual([['rollback_suggested']]);
  await engine.time.pass(7 * 24 * 60 * minute);
  await renew();
  expect(renewed).toHaveLength(2);
});

it('says again what was told meanwhile, which what stood before may have come after', async () => {
  await tell({ deploymentId: 'other' });
  await tell();
  meanwhile = async () => {
    if (renewed.length === 1) await tell({ kind: 'rolled_back', urgency: 'info' });
    return null;
  };
  await renew();
  expect(renewed.map(kindsIn)).toEqual([
    [['rollback_suggested'], ['rollback_suggested']],
    [['rollback_suggested', 'rolled_back']],
  ]);
});

it('ends though something is told all the time', async () => {
  await tell();
  meanwhile = async () => {
    await tell();
    return null;
  };
  await renew();
  expect(renewed).toHaveLength(3);
});

it('says why it could not, and leaves it to the next time', async () => {
  await tell();
  meanwhile = async () => 'HTTP 503.';
  await renew();
  expect([renewed.length, failed]).toEqual([1, ['alerts: HTTP 503.']]);
});

it('asks nobody for a notifier whose receiver remembers', async () => {
  await tell();
  const { renewal: _none, ...remembers } = alerts;
  await renew(remembers);
  expect(renewed).toEqual([]);
});

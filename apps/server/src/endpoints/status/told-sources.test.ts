import { acceptDeclared } from '@lastgood/domain/trigger/declared-trigger';
import { aToldAlert } from '@lastgood/testkit/contracts/store/alerts';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aService } from '@lastgood/testkit/scenario/builders';
import { beforeAll, expect, test } from 'vitest';
import { useStoredApp } from '../stored-app-harness.ts';
import type { StatusDetails } from './status-details-schema.ts';

/* Who tells of alerts, as Status has it: when it was last heard, what is kept of it, and which triggers cannot be judged without it. */

const minute = 60_000;
const onAlerts = (name: string, source: string) =>
  acceptDeclared({
    ...{ kind: 'alert', name, source, severity: 'auto_rollback' },
    labels: { alertname: 'HighErrorRate' },
  });
const entry = { kind: 'alertmanager', clusters: null, settings: {} };
let now = 0;
const app = useStoredApp(usePostgres(), {
  now: () => now,
  configured: { signals: ['main', 'spare'].map((name) => ({ ...entry, name })) },
});

beforeAll(async () => {
  now = await app.store.slots.now();
  const asking = onAlerts('own', '$CLUSTER');
  for (const [name, triggers] of [
    ['cart', [asking]],
    ['web', []],
  ] as const)
    await app.store.services.apply(
      aService({ name, key: `main/shop/${name}`, triggers: [...triggers] }),
      'ada',
      now,
    );
  await app.store.triggerSets.apply({
    ...{ name: 'alerts', description: '' },
    triggers: [onAlerts('of-set', 'main')],
  });
  for (const [name, triggerOverrides] of [
    ['mail', []],
    ['quiet', [{ trigger: 'of-set', off: true }]],
  ] as const)
    await app.store.services.apply(
      aService({
        ...{ name, key: `main/shop/${name}`, triggers: [], triggerSets: ['alerts'] },
        triggerOverrides: [...triggerOverrides],
      }),
      'ada',
      now,
    );
});

async function sources() {
  const { body } = await app.get<StatusDetails>('/status/details');
  const found = body.outside.filter(({ kind }) => kind === 'signals');
  return Object.fromEntries(found.map((one) => [one.name, one]));
}

test('one that was never heard from says so, and which services cannot be judged by it', async () => {
  const { main, spare } = await sources();
  expect(main).toMatchObject({
    ...{ title: 'Alertmanager', state: 'unknown', since: null, alerts: { kept: 0, open: 0 }, impact: null },
    ...{ services: 2, affected: ['main/shop/cart', 'main/shop/mail'] },
    notes: [
      expect.stringMatching(
        /^Alertmanager main has told Lastgood nothing yet; route an alert that always fires/,
      ),
      expect.stringMatching(
        /^2 services cannot be judged by alerts: cart and mail\. Their triggers on alerts keep/,
      ),
    ],
  });
  // Nothing depends on it.
  expect(spare).toMatchObject({ services: 0, notes: [expect.stringContaining('has told Lastgood nothing')] });
});

test('one that is heard from says when, and how many alerts are kept of it', async () => {
  const hear = (status: 'firing' | 'resolved', service: string) =>
    app.store.alerts.hear('main', {
      alerts: [aToldAlert({ service, status, endsAt: status === 'resolved' ? Date.UTC(2026, 0, 2) : null })],
      leavesOut: null,
    });
  await hear('firing', 'web');
  await hear('firing', 'cart');
  await hear('resolved', 'cart');
  const heardAt = await app.store.slots.now();
  now = heardAt + 1_000;
  const { main } = await sources();
  expect(main).toMatchObject({
    ...{ state: 'up', alerts: { kept: 2, open: 1 } },
    notes: [expect.stringMatching(/is heard from since .* only, and may have more to tell\.$/)],
  });
  expect(Math.abs(Date.parse(main?.since ?? '') - heardAt)).toBeLessThan(2_000);
  now = heardAt + 2 * minute;
  expect((await sources()).main).toMatchObject({ state: 'up', notes: [] });
});

test('one that fell silent is not known to be well, and says since when', async () => {
  now += 10 * minute;
  expect((await sources()).main).toMatchObject({
    ...{ state: 'unknown', since: expect.any(String), alerts: { kept: 2, open: 1 } },
    notes: [
      expect.stringMatching(/^Alertmanager main was last heard from at .*; route/),
      expect.stringContaining('cart and mail'),
    ],
  });
});

import type { AlertsQuestion, ToldAlert } from '@lastgood/domain';
import { aToldAlert } from '@lastgood/testkit/contracts/store/alerts';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { expect, test } from 'vitest';
import { createPool, sqlOf } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { newId, query, useStores } from '../store-harness.ts';
import { createAlertMemory } from './alert-memory.ts';

const postgres = usePostgres();
const open = useStores(postgres);
const minute = 60_000;
const day = 24 * 60 * minute;
const { signal } = new AbortController();

const questionOf = (source: string, labels = {}): AlertsQuestion => ({
  ...{ source, labels: { alertname: 'HighErrorRate', ...labels }, withinMs: 5 * minute },
  ...{ about: 'now', unknown: null },
});

test('what one replica heard another one knows', async () => {
  const source = newId('source');
  const [one, other] = [open(), open()];
  await one.alerts.hear(source, { alerts: [aToldAlert()], leavesOut: null });
  const at = (await other.slots.now()) + 2 * minute;
  expect(await other.alerts.readAlerts([questionOf(source)], at, signal)).toMatchObject([{ firing: 1 }]);
});

/** Room for ten episodes. */
async function small<T>(
  work: (alerts: ReturnType<typeof createAlertMemory>) => Promise<T>,
  over: { octets?: number } = {},
): Promise<T> {
  const pool = createPool(postgres.url, 2);
  try {
    return await work(
      createAlertMemory({ pool, sql: sqlOf(pool) } as StoreContext, {
        ...{ ofSource: 10, octets: 10_000, ofQuestion: 5 },
        ...over,
      }),
    );
  } finally {
    await pool.end();
  }
}

test('those that ended first make room, and it is known that they are not kept', async () => {
  const source = newId('source');
  const { slots } = open();
  const now = await slots.now();
  await small(async (alerts) => {
    const told = Array.from({ length: 10 }, (_, n) =>
      aToldAlert({ service: `s${n}`, startsAt: now - n * minute }),
    );
    await alerts.hear(source, { alerts: told, leavesOut: null });
    const ended = told.slice(0, 3).map((one) => ({ ...one, status: 'resolved' as const, endsAt: now }));
    await alerts.hear(source, { alerts: ended, leavesOut: null });
    await alerts.hear(source, { alerts: [aToldAlert({ service: 'new' })], leavesOut: null });
    const found = await query<{ fingerprint: string }>(
      postgres.url,
      'select fingerprint from alert_episodes where source = $1 and end_told_at is not null',
      [source],
    );
    expect(found).toHaveLength(2);
    const [seen] = await alerts.readAlerts(
      [questionOf(source, { service: 'new' })],
      now + 2 * minute,
      signal,
    );
    expect(seen).toMatchObject({ firing: 1, unheard: null });
    // It may be what was forgotten that fired then.
    const then = { ...questionOf(source, { service: 'other' }), about: 'before' as const };
    const [before] = await alerts.readAlerts([then], now - minute, signal);
    expect(before?.unheard).toEqual({ kind: 'not-kept' });
  });
});

test('where all of them fire there is no room for more, and that none fires is not known', async () => {
  const source = newId('source');
  const { slots } = open();
  await small(async (alerts) => {
    const told = Array.from({ length: 12 }, (_, n) => aToldAlert({ service: `s${n}` }));
    await alerts.hear(source, { alerts: told, leavesOut: null });
    // Those that are known are told of again all the same.
    await alerts.hear(source, { alerts: told.toReversed(), leavesOut: null });
    const at = (await slots.now()) + 2 * minute;
    const [seen] = await alerts.readAlerts([questionOf(source, { service: 's99' })], at, signal);
    expect(seen).toMatchObject({
      firing: 0,
      unheard: {
        kind: 'left-out',
        why: 'no more than 10 of its alerts, and 10000 bytes of their labels, are kept',
      },
    });
    const counted = await query<{ count: number }>(
      postgres.url,
      'select count(*)::int from alert_episodes where source = $1',
      [source],
    );
    expect(counted).toEqual([{ count: 10 }]);
  });
});

test('more than can be counted is at least so many', async () => {
  const source = newId('source');
  const { slots } = open();
  await small(async (alerts) => {
    const told = Array.from({ length: 8 }, (_, n) => aToldAlert({ service: `s${n}` }));
    await alerts.hear(source, { alerts: told, leavesOut: null });
    const at = (await slots.now()) + 2 * minute;
    const [seen] = await alerts.readAlerts([questionOf(source)], at, signal);
    expect(seen).toMatchObject({ firing: 5, unheard: { kind: 'too-many' } });
  });
});

test('what ended long ago is forgotten, and so is what nobody spoke of since', async () => {
  const source = newId('source');
  const { alerts, slots } = open();
  const now = await slots.now();
  const ended = aToldAlert({ service: 'ended', status: 'resolved', endsAt: now });
  await alerts.hear(source, {
    alerts: [ended, aToldAlert(), aToldAlert({ service: 'silent' })],
    leavesOut: null,
  });
  await query(
    postgres.url,
    `update alert_episodes set last_told_at = last_told_at - interval '8 days',
       end_told_at = end_told_at - interval '31 days' where source = $1 and fingerprint <> 'of-web'`,
    [source],
  );
  expect(await alerts.retain(now - 30 * day)).toBeGreaterThanOrEqual(2);
  const left = await query(postgres.url, 'select fingerprint from alert_episodes where source = $1', [
    source,
  ]);
  expect(left).toEqual([{ fingerprint: 'of-web' }]);
  const then = { ...questionOf(source), about: 'before' as const };
  const [seen] = await alerts.readAlerts([then], now - 30 * day - 1, signal);
  expect(seen?.unheard).toEqual({ kind: 'not-kept' });
});

test('labels and fingerprints may hold what people write', async () => {
  const source = newId('source');
  const { alerts, slots } = open();
  const labels = { alertname: `O'Brien "x" \\ {$1} \u0000 \ud800 <b>`, emoji: '🔥' };
  await alerts.hear(source, { alerts: [aToldAlert({ fingerprint: "'; drop", labels })], leavesOut: "'" });
  const at = (await slots.now()) + 2 * minute;
  const [seen] = await alerts.readAlerts([{ ...questionOf(source), labels: { emoji: '🔥' } }], at, signal);
  expect(seen).toMatchObject({ firing: 1 });
});

/** Of a thousand octets and some. */
const aLongAlert = (n: number, over: Partial<ToldAlert> = {}) =>
  aToldAlert({
    fingerprint: `long-${n}`,
    labels: { alertname: 'HighErrorRate', service: `s${n}`, long: '🔥'.repeat(250) },
    ...over,
  });

const octetsOfSource = async (source: string) =>
  (
    await query<{ octets: number }>(
      postgres.url,
      'select coalesce(sum(octet_length(labels::text)), 0)::int as octets from alert_episodes where source = $1',
      [source],
    )
  )[0]?.octets ?? 0;

test('of long labels fewer are kept: what ended first makes room, then no more fit, and that is said', async () => {
  const source = newId('source');
  const { slots } = open();
  const now = await slots.now();
  await small(
    async (alerts) => {
      const ended = [1, 2].map((n) => aLongAlert(n, { status: 'resolved', endsAt: now }));
      await alerts.hear(source, { alerts: [...ended, aLongAlert(3), aLongAlert(4)], leavesOut: null });
      await alerts.hear(source, { alerts: [aLongAlert(5)], leavesOut: null });
      expect(await octetsOfSource(source)).toBeGreaterThan(4_000);
      const at = now + 2 * minute;
      const ask = async (service: string) =>
        (await alerts.readAlerts([questionOf(source, { service })], at, signal))[0];
      expect(await ask('s5')).toMatchObject({ firing: 1, unheard: null });
      await alerts.hear(source, { alerts: [6, 7, 8].map((n) => aLongAlert(n)), leavesOut: null });
      expect(await octetsOfSource(source)).toBeLessThanOrEqual(5_000);
      expect(await ask('s6')).toMatchObject({ firing: 1 });
      expect(await ask('s8')).toMatchObject({
        firing: 0,
        unheard: {
          kind: 'left-out',
          why: 'no more than 10 of its alerts, and 5000 bytes of their labels, are kept',
        },
      });
    },
    { octets: 5_000 },
  );
});

test('of what is more than one answer holds, at least what was read fires, and that none fires is not said', async () => {
  const source = newId('source');
  const { slots } = open();
  const alerts = [1, 2, 3, 4].map((n) => aLongAlert(n));
  await small((kept) => kept.hear(source, { alerts, leavesOut: null }));
  const at = (await slots.now()) + 2 * minute;
  const seen = await small((read) => read.readAlerts([questionOf(source)], at, signal), { octets: 2_500 });
  expect(seen).toMatchObject([{ firing: 2, unheard: { kind: 'too-many' } }]);
});

test('what one source told and cannot be read keeps no other from being read', async () => {
  const [source, broken] = [newId('source'), newId('broken')];
  const { alerts, slots } = open();
  for (const one of [source, broken]) await alerts.hear(one, { alerts: [aToldAlert()], leavesOut: null });
  await query(postgres.url, "update alert_episodes set labels = '[1]' where source = $1", [broken]);
  const at = (await slots.now()) + 2 * minute;
  const asked = [questionOf(broken), questionOf(source)];
  expect(await alerts.readAlerts(asked, at, signal)).toMatchObject([
    {
      firing: 0,
      unheard: { kind: 'not-known-yet', reason: expect.stringContaining(`${broken} told is not known`) },
    },
    { firing: 1, unheard: null },
  ]);
  await expect(alerts.readAlerts([questionOf(broken)], at, signal)).rejects.toThrow();
});

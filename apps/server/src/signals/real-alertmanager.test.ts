import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { families, openFamily } from '@lastgood/adapters';
import { type Reading, type TriggerPart, triggerKind } from '@lastgood/domain';
import { acceptDeclared } from '@lastgood/domain/trigger/declared-trigger';
import { createMonitor } from '@lastgood/engine';
import { createStore, isStoreUnavailable, type Store } from '@lastgood/store';
import { query } from '@lastgood/store/store-harness';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aBaseline, aDeployment, aService } from '@lastgood/testkit/scenario/builders';
import { monitorSettings } from '@lastgood/testkit/scenario/test-engine';
import {
  type RealAlertmanager,
  realAlertmanagerMissing,
  startRealAlertmanager,
} from '@lastgood/testkit/servers/real-alertmanager';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listening } from '../http/listening-harness.ts';
import { createRealClock } from '../loops/real-clock.ts';

/*
 * Debian's Alertmanager posts to the application over a real database, and the monitor judges by it. Nobody sets a clock for a test: where
 * time passes, what was told is set earlier.
 */

const missing = await realAlertmanagerMissing();
const token = 'a-token-for-alertmanager';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const postgres = usePostgres();
const minute = 60_000;
const { signal } = new AbortController();

const trigger = acceptDeclared({
  ...{ kind: 'alert', name: 'told', severity: 'auto_rollback', forDuration: 2 },
  labels: { alertname: 'HighErrorRate', service: '$SERVICE' },
});
const settings = { ...monitorSettings, intervalMs: 1_000, offsetMs: 0 };

let store: Store;
let alertmanager: RealAlertmanager;
beforeEach(async () => {
  store = createStore({ databaseUrl: postgres.url });
  await query(postgres.url, 'truncate alert_sources, alert_hearings, alert_episodes');
  const { product: signals } = openFamily(families.signals, [
    { name: 'main', kind: 'alertmanager', clusters: null, settings: {} },
  ]);
  const { host } = await listening(
    {},
    {
      ...{ tokens: [{ name: 'alertmanager', sha256: sha256(token), only: 'signals' }], tokensRequired: true },
      ...{ signals: { signals, alerts: store.alerts }, isDatabaseDown: isStoreUnavailable },
    },
  );
  alertmanager = await startRealAlertmanager(await configOf(`http://${host}/api/v1/signals/main`));
});
afterEach(async () => {
  await alertmanager?.close();
  await store?.close();
});

/** The example, hurried, and with an address and a token that are there. */
async function configOf(url: string): Promise<string> {
  const example = await readFile(join(import.meta.dirname, '../../../../examples/alertmanager.yaml'), 'utf8');
  const hurried = example
    .replaceAll(/(group_interval|repeat_interval): \d+s/g, '$1: 1s')
    .replaceAll(/group_wait: \d+s/g, 'group_wait: 100ms');
  const reached = hurried.replace(/url: https:\S+/, `url: ${url}`);
  return reached.replace(/credentials_file: \S+/, `credentials: ${token}`);
}

/** As Prometheus does. */
async function fire(labels: Record<string, string>, over: { startsAt?: number; endsAt?: number } = {}) {
  const iso = (at: number) => new Date(at).toISOString();
  const { startsAt = Date.now() - 5_000, endsAt = Date.now() + 10 * minute } = over;
  const answer = await fetch(`${alertmanager.url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ labels, startsAt: iso(startsAt), endsAt: iso(endsAt) }]),
  });
  expect(answer.status, await answer.text()).toBe(200);
}

const labels = { alertname: 'HighErrorRate', service: 'web', instance: 'a' };

/** As if it had been told so long before. */
async function earlier(ms: number): Promise<void> {
  const sooner = `- interval '${ms} ms'`;
  await query(
    postgres.url,
    `update alert_hearings set from_at = from_at ${sooner}, until_at = until_at ${sooner}`,
  );
  await query(
    postgres.url,
    `update alert_episodes set first_told_at = first_told_at ${sooner}, last_told_at = last_told_at ${sooner},
       end_told_at = end_told_at ${sooner}`,
  );
}

async function read(): Promise<{ reading: Reading; parts: TriggerPart[] }> {
  const subject = { variables: { SERVICE: 'web' }, ageMs: null, toldApartBy: [] };
  const [part] = triggerKind(trigger).ask(trigger, subject);
  if (!part || !('alerts' in part)) throw new Error('it asks of no alerts');
  const [alerts] = await store.alerts.readAlerts([part.alerts], await store.slots.now(), signal);
  if (!alerts) throw new Error('it was not answered');
  const parts: TriggerPart[] = [
    { name: part.name, reading: { kind: 'value', value: alerts.firing }, alerts },
  ];
  return { reading: triggerKind(trigger).judge(trigger, parts), parts };
}

const patient = { timeout: 60_000, interval: 200 };
const reads = (reading: object) =>
  expect.poll(async () => (await read()).reading, patient).toMatchObject(reading);

describe.skipIf(missing !== null)('what the real Alertmanager tells', () => {
  test('is heard, counted, ended, and not believed once it is gone', { timeout: 240_000 }, async () => {
    await reads({ kind: 'unreachable', reason: expect.stringContaining('has told Lastgood nothing yet') });
    await fire({ alertname: 'Watchdog' });
    await reads({ kind: 'unreachable', reason: expect.stringContaining('may have more to tell') });
    await earlier(2 * minute);
    await fire({ alertname: 'Watchdog' });
    await reads({ kind: 'value', value: 0 });
    await fire(labels);
    await fire({ ...labels, instance: 'b' });
    await fire({ ...labels, service: 'api' });
    await reads({ kind: 'value', value: 2 });
    await fire({ ...labels, instance: 'b' }, { endsAt: Date.now() - 1_000 });
    await reads({ kind: 'value', value: 1 });
    await alertmanager.close();
    await earlier(6 * minute);
    await reads({ kind: 'unreachable', reason: expect.stringContaining('was last heard from at') });
    const { parts } = await read();
    expect(parts).toMatchObject([{ alerts: { firing: 0, unsure: 1, alerts: [{ stands: 'silent' }] } }]);
  });

  test('rolls back once it has lasted, by the monitor on the same database', {
    timeout: 240_000,
  }, async () => {
    await fire({ alertname: 'Watchdog' });
    await expect.poll(async () => (await read()).parts[0]?.alerts?.heardAt ?? null, patient).not.toBeNull();
    // It was heard from long before the release.
    await query(postgres.url, "update alert_hearings set from_at = from_at - interval '20 min'");
    const now = await store.slots.now();
    await store.services.apply(aService({ triggers: [trigger] }), 'test', now);
    const given = { startedAt: now - minute };
    await store.deployments.commit({ newDeployments: [aBaseline(given)] });
    await store.deployments.commit({ newDeployments: [aDeployment(given)] });
    let ids = 0;
    const monitor = createMonitor({
      ...{ slots: store.slots, deployments: store.deployments, replica: 'one', settings },
      clock: createRealClock(),
      metrics: { ...createInMemoryMetricSource(), readAlerts: store.alerts.readAlerts },
      newId: () => `id-${++ids}`,
    });
    const stands = async () => {
      await monitor.tick(Math.floor((await store.slots.now()) / 1_000) * 1_000, signal);
      const [row] = await query<{ phase: string; value: number | null; why: string; parts: object }>(
        postgres.url,
        "select phase, reading_value as value, reading_detail as why, reading_parts as parts from trigger_states where deployment_id = 'd2'",
      );
      return row;
    };
    await expect.poll(stands, patient).toMatchObject({ phase: 'inactive', value: 0 });
    await fire(labels);
    await expect.poll(stands, patient).toMatchObject({ phase: 'pending', value: 1 });
    await expect.poll(stands, patient).toMatchObject({ phase: 'firing', value: 1 });
    const decided = await query<{ decision: { verdict: string; sentence: string } }>(
      postgres.url,
      "select row_to_json(d) as decision from decisions d where verdict = 'roll_back'",
    );
    expect(decided).toHaveLength(1);
    expect(decided[0]?.decision.sentence).toMatch(
      /^told 1 alert fires \(HighErrorRate since .*rolling back to/,
    );
    expect(await query(postgres.url, 'select deployment_id, status from runs')).toEqual([
      { deployment_id: 'd2', status: 'queued' },
    ]);
    await fire(labels, { endsAt: Date.now() - 1_000 });
    await expect.poll(stands, patient).toMatchObject({ value: 0 });
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../config/load-config.ts';
import { toConfig } from '../config/to-config.ts';
import { useEndpoints, web } from '../endpoints/endpoints-harness.ts';
import { createFigures } from '../figures/figures.ts';
import { createRealClock } from '../loops/real-clock.ts';
import { type Running, startLastgood } from '../start/start.ts';
import { askReceiversEveryMs, startReceiverWatch } from '../start/start-receiver-watch.ts';
import { openOutside } from './outside.ts';
import { createReceivers } from './receivers.ts';
import { foundAt, secrets, startWrongSettings } from './wrong-settings-harness.ts';

/* What is wrong with settings is found by asking, with the vendors as a configuration opens them and receivers that answer as theirs do. */

const world = await startWrongSettings();
const outside = openOutside(toConfig(world.file, { folder: '/', bare: false, replica: 'one' }));
const receivers = createReceivers({ notifiers: outside.notifiers });
const postgres = usePostgres();
const { ask, rollout } = useEndpoints({ receivers });
const folder = mkdtempSync(join(tmpdir(), 'lastgood-settings-'));
const endings: (() => Promise<unknown>)[] = [];
beforeAll(() => rollout.cluster.create(web, { app: 'registry/web:v1' }));
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});
afterAll(async () => {
  await Promise.all([outside.close(), world.close()]);
  rmSync(folder, { recursive: true });
});

interface Outside {
  name: string;
  notes: string[];
}

function expectNoSecret(said: string): void {
  for (const secret of [...Object.values(secrets), world.slack.token]) expect(said).not.toContain(secret);
}

test('a start goes on whatever is wrong, and finds it with the path of the setting', {
  timeout: 60_000,
}, async () => {
  writeFileSync(join(folder, 'lastgood.yaml'), stringify({ sandbox: false, ...world.file }));
  const logged: string[] = [];
  const log = pino({ level: 'info' }, { write: (line) => void logged.push(line) });
  const env = { DATABASE_URL: postgres.url, LASTGOOD_PORT: '0' };
  const running: Running = await startLastgood(loadConfig({ env, cwd: folder, pid: 1 }), log);
  endings.push(() => running.stop());
  await running.prepared;
  expect((await fetch(`${running.url}/readyz`)).status).toBe(200);
  const notes = async () => {
    const answer = await fetch(`${running.url}/api/v1/status/details`);
    const all = ((await answer.json()) as { outside: Outside[] }).outside;
    return new Map(all.map((one) => [one.name, one.notes.join()]));
  };
  await vi.waitUntil(
    async () => [...(await notes()).values()].filter((text) => text !== '').length >= 7,
    30_000,
  );
  const found = await notes();
  for (const [name, path] of Object.entries(foundAt))
    expect(found.get(name), name).toMatch(new RegExp(`^${path}: ${name}: .*\\w\\. .*\\w\\.$`));
  // Nobody can tell, or nothing is wrong.
  for (const name of ['hung', 'well']) expect(found.get(name), name).toBe('');
  const warned = logged.filter((line) => line.includes('cannot be told as it is set up'));
  expect(warned.map((line) => (JSON.parse(line) as { path: string }).path).sort()).toEqual(
    Object.values(foundAt).sort(),
  );
  expectNoSecret([...found.values(), ...logged].join());
});

test('a service that is applied is told of its places within seconds, of one that hangs nothing, and nobody of a secret', {
  timeout: 60_000,
}, async () => {
  const places = ['chat', 'pager', 'hung', 'well'].map((notifier) => ({ notifier }));
  const missing = { notifier: 'well', to: 'C0NOTTHERE' };
  const declared = { checks: [], notify: [{ to: [...places, missing] }] };
  // By its own settings the one that hangs would hold it up for 14 s.
  const applied = (await ask('PUT', '/services/main/shop/web', declared)).json();
  const told = applied.warnings.join('\n');
  expect(told).toContain('notifiers.0.token: chat: ');
  expect(told).toContain('notifiers.2.routingKey: pager: ');
  expect(told).toMatch(/notify\.0 of the service: well \(C0NOTTHERE\): .*channel_not_found/);
  expect(told).not.toMatch(/: (hung|well): /);
  expectNoSecret(told);
  // One hears it, and of another nobody can tell.
  expect(applied.unheard).toBeNull();
  expect(world.hung.seen.length).toBeGreaterThan(0);
});

test('what is wrong is found again every quarter of an hour, and goes when it is put right', {
  timeout: 60_000,
}, async () => {
  const real = createRealClock();
  let isOver: (() => void) | null = null;
  const log = { warn: vi.fn(), info: vi.fn() };
  const sleep: typeof real.sleep = (ms, signal) =>
    ms === askReceiversEveryMs
      ? new Promise((resolve) => {
          isOver = resolve;
          signal.addEventListener('abort', () => resolve());
        })
      : real.sleep(ms, signal);
  const notifiers = outside.notifiers.filter(({ name }) => name !== 'hung');
  const loop = startReceiverWatch({
    ...{ receivers: createReceivers({ notifiers }), figures: createFigures() },
    store: { deployments: { followed: async () => [] } },
    clock: { ...real, sleep },
    log: log as never,
  });
  endings.push(() => loop.stop());
  const quarter = async () => {
    await vi.waitUntil(() => isOver !== null, 30_000);
    const over = isOver;
    isOver = null;
    over?.();
  };
  const rested = () => vi.waitUntil(() => isOver !== null, 30_000);
  await rested();
  expect(log.warn).toHaveBeenCalledTimes(Object.keys(foundAt).length);
  await quarter();
  await rested();
  expect(log.warn).toHaveBeenCalledTimes(Object.keys(foundAt).length);
  expect(log.info).not.toHaveBeenCalled();
  world.mend();
  await quarter();
  await rested();
  expect(log.info.mock.calls.map(([about]) => about.notifier).sort()).toEqual(['chat', 'team']);
});

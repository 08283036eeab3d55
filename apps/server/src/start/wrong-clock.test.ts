import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStore } from '@lastgood/store';
import { query, service, t0 } from '@lastgood/store/store-harness';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { startLastgood } from './start.ts';

const postgres = usePostgres();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lastgood-clock-'));
  writeFileSync(join(folder, 'lastgood.yaml'), 'evaluator: { intervalSeconds: 1 }\n');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const databaseNow = async (): Promise<number> => {
  const text = 'select (extract(epoch from clock_timestamp()) * 1000)::float8 as now';
  const [row] = await query<{ now: number }>(postgres.url, text);
  return row?.now ?? Number.NaN;
};

interface Status {
  evaluator: { state: string; sentence: string };
}
interface Details {
  outside: { kind: string; notes: string[] }[];
}

/** Another replica is right; who goes by this machine asks of the wrong past and calls slots late that are on time. */
test.each([
  [120_000, '2 min ahead of'],
  [-120_000, '2 min behind'],
])(
  'on a machine that is wrong by %i ms all goes by the clock of the database, and it is said',
  async (wrongMs, words) => {
    const now = Date.now;
    vi.spyOn(Date, 'now').mockImplementation(() => now() + wrongMs);
    const env = { DATABASE_URL: postgres.url, LASTGOOD_PORT: '0' };
    const running = await startLastgood(loadConfig({ env, cwd: folder, pid: 1 }), pino({ level: 'silent' }));
    const store = createStore({ databaseUrl: postgres.url });
    try {
      await running.prepared;
      const one = service();
      await store.services.apply(one, 'ada', t0);
      const before = await databaseNow();
      const registered = await fetch(`${running.url}/api/v1/deployments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
        body: JSON.stringify({ service: one.key, version: 'v1' }),
      });
      const { startedAt } = (await registered.json()) as { startedAt: string };
      expect(Date.parse(startedAt)).toBeGreaterThan(before - 2_000);
      expect(Date.parse(startedAt)).toBeLessThan((await databaseNow()) + 2_000);
      const read = async <T>(path: string) =>
        (await fetch(`${running.url}/api/v1${path}`)).json() as Promise<T>;
      await vi.waitFor(async () => {
        const { evaluator } = await read<Status>('/status');
        expect(evaluator.sentence).toBe('Evaluator on time, every 1 s.');
      }, 20_000);
      const { outside } = await read<Details>('/status/details');
      const notes = outside.find(({ kind }) => kind === 'postgres')?.notes.join();
      expect(notes?.replace('1 min 59 s', '2 min')).toContain(`clock is ${words} the database's`);
    } finally {
      await store.close();
      await running.stop();
    }
  },
  60_000,
);

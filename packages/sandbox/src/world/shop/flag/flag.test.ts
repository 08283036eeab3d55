import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createRealClock } from '../../../kubernetes/index.ts';
import { type Listening, listenOnLoopback } from '../../../metrics/listen-on-loopback.ts';
import { answerFlags } from './flag-service.ts';
import { FlagStore } from './flag-store.ts';
import { rankingProgram } from './ranking-program.ts';

const key = 'sandbox/new-ranking';
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(): Promise<{ store: FlagStore; url: string; file: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'lastgood-flags-'));
  closing.push(() => rm(folder, { recursive: true }));
  const file = join(folder, 'flag', 'flags.json');
  const store = await FlagStore.open(file, { [key]: { on: false } });
  const server: Listening = await listenOnLoopback(
    createServer((incoming, outgoing) => {
      void answerFlags(store, new URL(incoming.url ?? '/', 'http://flags').pathname, incoming, outgoing);
    }),
  );
  closing.push(() => server.close());
  return { store, url: server.url, file };
}

async function put(url: string, headers: Record<string, string>, body: object): Promise<number> {
  const answer = await fetch(`${url}/${key}`, { method: 'PUT', headers, body: JSON.stringify(body) });
  return answer.status;
}

it('is written at the version that was read only, once for one operation, and is there again', async () => {
  const { url, file } = await serve();
  const read = await fetch(`${url}/${key}`);
  const etag = read.headers.get('etag') ?? '';
  expect(await read.json()).toEqual({ on: false });
  expect(await put(url, {}, { on: true })).toBe(428);
  const fenced = { 'if-match': etag, 'idempotency-key': 'run/1' };
  expect(await put(url, fenced, { on: 'yes' })).toBe(400);
  expect(await put(url, fenced, { on: true, owner: 'ada' })).toBe(204);
  expect(await put(url, { ...fenced, 'idempotency-key': 'run/2' }, { on: false })).toBe(412);
  // The reply was lost, and the same write comes again.
  expect(await put(url, fenced, { on: true, owner: 'ada' })).toBe(204);
  expect((await fetch(`${url}/sandbox/other`)).status).toBe(404);
  const again = await FlagStore.open(file, { [key]: { on: false }, 'sandbox/later': { on: true } });
  expect(again.get(key)).toEqual({ document: { on: true, owner: 'ada' }, etag: '"2"' });
  expect(again.get('sandbox/later')?.document).toEqual({ on: true });
});

it('is as it was after a write that could not be kept, and is written again afterwards', async () => {
  const { store, file } = await serve();
  const before = store.get(key);
  await mkdir(`${file}.new`, { recursive: true });
  await expect(store.put(key, { on: true }, '"1"', 'run/1')).rejects.toThrow('EISDIR');
  expect(store.get(key)).toEqual(before);
  await rm(`${file}.new`, { recursive: true });
  expect(await store.put(key, { on: true }, '"1"', 'run/1')).toBe('done');
  expect(await store.put(key, { on: true }, '"1"', 'run/1')).toBe('done');
  expect(store.get(key)).toEqual({ document: { on: true }, etag: '"2"' });
});

it('decides how the service does in every version, and not its template', async () => {
  const { store, url } = await serve();
  const versions = ['v5', 'v6'].map((version) =>
    rankingProgram({ version, url, folder: '', clock: createRealClock(), ask: async () => null }),
  );
  const shares = () => versions.map((program) => (program.errorShare?.() ?? 0) > 0);
  const turn = async (on: boolean) => {
    const etag = store.get(key)?.etag ?? '';
    expect(await store.put(key, { on }, etag, `turn ${etag}`)).toBe('done');
  };
  expect(shares()).toEqual([false, false]);
  await turn(true);
  await expect.poll(shares, { timeout: 15_000 }).toEqual([true, true]);
  await turn(false);
  await expect.poll(shares, { timeout: 15_000 }).toEqual([false, false]);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { portsFor } from './world-ports.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lastgood-ports-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('ports stay from one start to the next, below those that a system gives away by itself', async () => {
  const first = await portsFor(folder);
  expect(new Set(Object.values(first)).size).toBe(4);
  expect(Math.max(...Object.values(first))).toBeLessThan(32_768);
  expect(await portsFor(folder)).toEqual(first);
});

test('a port that somebody else has now is another one, and the others stay', async () => {
  const first = await portsFor(folder);
  const stranger = await listen(first.metrics);
  try {
    const second = await portsFor(folder);
    expect(second).toEqual({ ...first, metrics: expect.any(Number) });
    expect(second.metrics).not.toBe(first.metrics);
  } finally {
    await new Promise((resolve) => stranger.close(resolve));
  }
});

function listen(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

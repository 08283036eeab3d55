import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rollback, run } from '../http/ask-harness.ts';
import { connectionLimits } from '../http/connection-limits.ts';
import { listening, type RawClient } from '../http/listening-harness.ts';

const short = {
  ...connectionLimits,
  headersMs: 300,
  requestMs: 600,
  exchangeMs: 1_500,
  idleMs: 1_000,
  keepAliveMs: 300,
  checkEveryMs: 50,
};

const post = (host: string) =>
  `POST ${rollback.url} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n`;

/** Sends a byte every 50 ms until the server hangs up; answers with what it said. */
async function drip(client: RawClient): Promise<string> {
  let gone = false;
  void client.closed.then(() => {
    gone = true;
  });
  while (!gone) {
    client.socket.write('a');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return client.closed;
}

describe('a client that is slow', () => {
  test('with its headers, with its body, or says nothing at all is hung up on, and nobody else', async () => {
    const app = await listening({ rollbackDeployment: async () => run }, { limits: short });
    const began = performance.now();
    const [silent, headers, body] = await Promise.all([app.open(), app.open(), app.open()]);
    headers.socket.write(post(app.host));
    body.socket.write(`${post(app.host)}\r\n`);
    const heard = await Promise.all([silent.closed, drip(headers), drip(body)]);
    expect(heard.map((text) => /^HTTP\/1\.1 408/.test(text))).toEqual([true, true, true]);
    expect(performance.now() - began).toBeLessThan(3_000);
    const answer = await fetch(`http://${app.host}${rollback.url}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rollback.payload),
    });
    expect(answer.status).toBe(202);
  });

  test('between two requests is hung up on', async () => {
    const app = await listening({}, { limits: short });
    const client = await app.open();
    client.socket.write(`GET /healthz HTTP/1.1\r\nHost: ${app.host}\r\n\r\n`);
    expect(await client.closed).toMatch(/^HTTP\/1\.1 200/);
  });

  test('to read a large answer is hung up on, whether it reads nothing or a little now and then', async () => {
    const webRoot = await mkdtemp(join(tmpdir(), 'lastgood-large-'));
    const bytes = 40_000_000;
    await writeFile(join(webRoot, 'large.txt'), Buffer.alloc(bytes, 'x'));
    const app = await listening({}, { limits: short, webRoot });
    const [never, little] = await Promise.all([app.open(), app.open()]);
    for (const { socket } of [never, little]) {
      socket.pause();
      socket.write(`GET /large.txt HTTP/1.1\r\nHost: ${app.host}\r\n\r\n`);
    }
    const reading = setInterval(() => little.socket.read(1_000), 100);
    await expect.poll(() => little.socket.bytesRead).toBeGreaterThan(0);
    await expect.poll(app.connections, { timeout: 4_000 }).toBe(0);
    expect(little.socket.bytesRead).toBeLessThan(bytes);
    await rm(webRoot, { recursive: true });
    clearInterval(reading);
  });
});

test('connections of one address beyond its share are closed at once, and a place that is free is given again', async () => {
  const limits = { ...connectionLimits, connectionsPerAddress: 3 };
  const app = await listening({}, { limits });
  const first = await Promise.all([app.open(), app.open(), app.open()]);
  const fourth = await app.open();
  expect(await fourth.closed).toBe('');
  expect(await app.connections()).toBe(3);
  first[0]?.socket.destroy();
  await expect.poll(app.connections).toBe(2);
  expect((await fetch(`http://${app.host}/healthz`)).status).toBe(200);
});

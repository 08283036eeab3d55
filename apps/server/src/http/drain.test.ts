import { expect, test } from 'vitest';
import type WebSocket from 'ws';
import { drain } from './drain.ts';
import { listening } from './listening-harness.ts';

const drainMs = 1_000;

test('a stop answers what is under way, lets live clients leave, and cuts after its time whoever does not', async () => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const answers = {
    nowView: async () => {
      begin();
      await new Promise((resolve) => setTimeout(resolve, 300));
      throw new Error('answered');
    },
    systemStatus: () => new Promise<never>(() => undefined),
  };
  const app = await listening(answers);
  const origin = `http://${app.host}`;
  const polite = (await app.listen({ origin })) as WebSocket;
  const left = new Promise<number>((resolve) => polite.once('close', resolve));
  // Neither answers a close frame nor anything else.
  const deaf = await app.open();
  deaf.socket.write(
    `GET /api/v1/live HTTP/1.1\r\nHost: ${app.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: ${origin}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
  );
  await expect.poll(() => app.hub.size()).toBe(2);
  const silent = await app.open();
  const slow = await app.open();
  slow.socket.write(
    `POST /api/v1/triggers HTTP/1.1\r\nHost: ${app.host}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
  );
  const hanging = await app.open();
  hanging.socket.write(`GET /api/v1/status HTTP/1.1\r\nHost: ${app.host}\r\n\r\n`);
  const underWay = await app.open();
  underWay.socket.write(`GET /api/v1/now HTTP/1.1\r\nHost: ${app.host}\r\n\r\n`);
  await begun;

  const began = performance.now();
  const ended = drain(app.app, app.hub, drainMs);
  expect(await left).toBe(1001);
  expect(await underWay.closed).toMatch(/^HTTP\/1\.1 500[\s\S]*connection: close/i);
  await expect(fetch(`${origin}/healthz`)).rejects.toThrow();
  await Promise.all([ended, silent.closed, slow.closed, hanging.closed, deaf.closed]);
  expect(performance.now() - began).toBeLessThan(drainMs + 1_000);
  expect(await app.connections()).toBe(0);
});

test('a stop with nobody there ends at once', async () => {
  const app = await listening();
  await (await fetch(`http://${app.host}/healthz`)).text();
  const began = performance.now();
  await drain(app.app, app.hub, 5_000);
  expect(performance.now() - began).toBeLessThan(1_000);
});

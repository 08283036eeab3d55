import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { connectionLimits } from '../http/connection-limits.ts';
import { listening } from '../http/listening-harness.ts';

const token = 'a-long-random-token';
const tokens = [{ name: 'ci', sha256: createHash('sha256').update(token).digest('hex') }];

describe('a live connection', () => {
  test('opens for our own page and for an allowed one, and not for another site nor under another host name', async () => {
    const guard = { allowedHosts: [], allowedOrigins: ['https://ops.example'] };
    const app = await listening({}, { tokens, guard });
    expect(await app.listen({ origin: `http://${app.host}` })).toBeInstanceOf(WebSocket);
    expect(await app.listen({ origin: 'https://ops.example' })).toBeInstanceOf(WebSocket);
    expect(app.hub.size()).toBe(2);
    expect(await app.listen({ origin: 'https://evil.example' })).toBe(403);
    expect(await app.listen({ origin: 'null' })).toBe(403);
    expect(await app.listen({ origin: 'http://evil.example', host: 'evil.example' })).toBe(403);
    expect(await app.listen({ origin: 'https://evil.example', authorization: `Bearer ${token}` })).toBe(403);
  });

  test('without an Origin opens for a program with a token only, and the refusal says what to send', async () => {
    const app = await listening({}, { tokens });
    expect(await app.listen()).toBe(403);
    expect(await app.listen({ authorization: `Bearer ${token}` })).toBeInstanceOf(WebSocket);
    const client = await app.open();
    client.socket.write(handshake(app.host, '/api/v1/live'));
    expect(JSON.parse((await client.closed).split('\r\n\r\n')[1] ?? '')).toMatchObject({
      status: 403,
      detail: expect.stringMatching(/Send the header origin: http:.*or a token/),
    });
  });

  test('needs a token where one is needed, as a header or, from a browser, as a subprotocol', async () => {
    const app = await listening({}, { tokens, tokensRequired: true });
    const origin = `http://${app.host}`;
    expect(await app.listen({ origin })).toBe(401);
    expect(await app.listen({ origin }, ['lastgood.v1', 'bearer.wrong'])).toBe(401);
    const opened = await app.listen({ origin }, ['lastgood.v1', `bearer.${token}`]);
    expect((opened as WebSocket).protocol).toBe('lastgood.v1');
  });

  test('waits for the start, and for a free place', async () => {
    let waitsFor: string | null = 'it waits for its database';
    const app = await listening(
      {},
      { preparing: () => waitsFor, limits: { ...connectionLimits, liveClients: 1 } },
    );
    const origin = `http://${app.host}`;
    expect(await app.listen({ origin })).toBe(503);
    waitsFor = null;
    const first = (await app.listen({ origin })) as WebSocket;
    const further = (await app.listen({ origin })) as WebSocket;
    const [code, reason] = await once(further, 'close');
    expect([code, String(reason)]).toEqual([1013, 'All 1 live connections of this Lastgood are taken']);
    expect(app.hub.size()).toBe(1);
    first.terminate();
    await expect.poll(() => app.hub.size()).toBe(0);
    expect(await app.listen({ origin })).toBeInstanceOf(WebSocket);
  });

  test('that is turned away and keeps its end open is cut', async () => {
    const app = await listening({}, { limits: { ...connectionLimits, liveClients: 0 } });
    const mute = await app.open();
    mute.socket.write(handshake(app.host, '/api/v1/live', `Origin: http://${app.host}\r\n`));
    expect(await mute.closed).toContain('live connections of this Lastgood are taken');
    mute.socket.resume();
    await expect.poll(app.connections, { timeout: 20_000 }).toBe(0);
  });

  test('is a websocket and nothing else, gives a client what concerns it, and forgets who left', async () => {
    const app = await listening();
    const answer = await fetch(`http://${app.host}/api/v1/live`);
    expect(answer.status).toBe(426);
    expect(answer.headers.get('upgrade')).toBe('websocket');
    expect(await answer.json()).toMatchObject({ type: 'urn:lastgood:problem:websocket-needed' });
    const socket = new WebSocket(`ws://${app.host}/api/v1/live?deployment=d1`, {
      headers: { origin: `http://${app.host}` },
    });
    const frame = new Promise((resolve) =>
      socket.once('message', (data) => resolve(JSON.parse(String(data)))),
    );
    await new Promise((resolve) => socket.once('open', resolve));
    const changed = {
      type: 'changed',
      resource: 'deployment',
      service: 's',
      text: null,
      urgency: 'quiet',
    } as const;
    app.hub.broadcast(
      [
        { ...changed, id: 'd1' },
        { ...changed, id: 'd2', service: 'other' },
      ],
      0,
    );
    expect(await frame).toEqual({ messages: [{ ...changed, id: 'd1' }] });
    socket.close();
    await expect.poll(() => app.hub.size()).toBe(0);
  });

  test('that answers no ping is cut', async () => {
    const app = await listening();
    const origin = `http://${app.host}`;
    const alive = (await app.listen({ origin })) as WebSocket;
    const mute = await app.open();
    mute.socket.write(handshake(app.host, '/api/v1/live', `Origin: ${origin}\r\n`));
    await expect.poll(() => app.hub.size()).toBe(2);
    const asked = new Promise((resolve) => alive.once('ping', resolve));
    app.hub.dropSilent();
    await asked;
    // By the time its own ping is answered, its answer to the server's has arrived.
    const answered = new Promise((resolve) => alive.once('pong', resolve));
    alive.ping();
    await answered;
    app.hub.dropSilent();
    expect(app.hub.size()).toBe(1);
    await mute.closed;
    expect(alive.readyState).toBe(WebSocket.OPEN);
  });
});

function handshake(host: string, path: string, more = ''): string {
  const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n';
  return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}${more}\r\n`;
}

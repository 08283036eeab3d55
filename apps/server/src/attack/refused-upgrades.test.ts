import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type ListeningApp, listening } from '../http/listening-harness.ts';
import { tallyGoal } from './tally-goal.ts';

const token = 'a-long-random-token';
const tokens = [{ name: 'ci', sha256: createHash('sha256').update(token).digest('hex') }];
const websocket = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
const h2c = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n';
const evil = 'Origin: https://evil.example\r\n';
const authorized = `Authorization: Bearer ${token}\r\n`;
const json = 'Content-Type: application/json\r\nContent-Length: 2\r\n';

/** Each with the statuses that may answer it. */
const requests: [start: string, head: string, statuses: number[]][] = [
  ['GET /api/v1/live', websocket + key, [401]],
  ['GET /api/v1/live', `${websocket}${key}Sec-WebSocket-Protocol: bearer.wrong\r\n`, [401]],
  ['GET /api/v1/live', websocket + key + evil, [403]],
  ['GET /api/v1/live', `${websocket}${evil}`, [403]],
  ['GET /api/v1/live?token=secret', websocket, [401]],
  ['GET /%61pi/v1/live', websocket + key, [401]],
  ['HEAD /api/v1/live', websocket + key, [401]],
  ['GET /', websocket + key + evil, [403]],
  ['GET /', websocket + key, [200, 503]],
  ['GET /nowhere', websocket + key, [404]],
  ['GET /api/v1/services', websocket + key, [401]],
  ['GET /api/v1/nowhere', websocket + key, [401, 404]],
  ['GET /%zz', websocket + key, [400, 401, 404]],
  ['GET /healthz', websocket + key, [200]],
  ['POST /api/v1/live', `${websocket}${key}${json}`, [401, 404]],
  ['POST /api/v1/deployments/d-2/rollback', `${websocket}${key}${json}`, [401]],
  ['DELETE /', websocket + key, [405]],
  ['GET /', h2c, [200, 503]],
  ['GET /api/v1/now', h2c, [401]],
  ['POST /api/v1/now', `${h2c}${json}`, [401, 404]],
  ['OPTIONS *', websocket + key, [400, 404, 415]],
  ['CONNECT evil.example:443', '', [405]],
  ['POST /api/v1/deployments/d-2/rollback', `Expect: 100-continue\r\nConnection: close\r\n${json}`, [401]],
  ['POST /api/v1/now', `Expect: the-unexpected\r\nConnection: close\r\n${json}`, [417]],
  ['GET /api/v1/live', websocket + key + authorized, [503]],
  ['GET /api/v1/now', websocket + key + authorized, [503]],
];

/** Sends one request and keeps its own end open; answers with the status once the server has hung up. */
async function attack(app: ListeningApp, start: string, head: string): Promise<number> {
  const client = await app.open();
  client.socket.write(
    `${start} HTTP/1.1\r\nHost: ${app.host}\r\n${head}\r\n${head.includes(json) ? '{}' : ''}`,
  );
  const answer = (await client.closed).replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '');
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
}

test('an upgrade to what is not spoken at the live address is answered 426 and leaves no socket', async () => {
  const app = await listening({}, { tokens, tokensRequired: true });
  const heads = [
    h2c,
    `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\n${key}`,
    websocket,
  ];
  const starts = ['GET /api/v1/live', 'GET /%61pi/v1/live'];
  for (const start of starts)
    for (const head of heads) expect(await attack(app, start, head + authorized)).toBe(426);
  await expect.poll(app.connections, { timeout: 5_000 }).toBe(0);
});

const left = tallyGoal('S2', 'refused upgrades answered otherwise, or that keep their socket');
test('300 refused upgrades of every sort are answered and leave no socket', async () => {
  const preparing = () => 'it waits for its database';
  const app = await listening({}, { tokens, tokensRequired: true, preparing });
  const wrong: string[] = [];
  const rounds = Math.ceil(300 / requests.length);
  for (let round = 0; round < rounds; round += 1)
    await Promise.all(
      requests.map(async ([start, head, statuses]) => {
        const status = await attack(app, start, head);
        left.of += 1;
        if (!statuses.includes(status)) wrong.push(`${start} ${head} was answered ${status}`);
      }),
    );
  const sockets = async () => (await app.connections()) + app.hub.size();
  const freed = expect.poll(sockets, { timeout: 5_000 }).toBe(0);
  await freed.catch(() => undefined); // counted, then asserted
  left.count = wrong.length + (await sockets());
  expect(wrong).toEqual([]);
  await freed;
});

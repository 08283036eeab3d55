import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type ListeningApp, listening } from '../http/listening-harness.ts';

const names = ['a', 'b', 'c', 'd', 'e'];
const tokens = names.map((name) => ({ name, sha256: createHash('sha256').update(name).digest('hex') }));
/** More than the network keeps for somebody who reads nothing. */
const bytes = 24 * 1024 * 1024;

function large() {
  const at = '2026-01-01T00:00:00.000Z';
  const event = {
    ...{ id: 1, at, type: 'x', service: 's', deploymentId: null, runId: null },
    urgency: 'quiet',
  } as const;
  return listening(
    {
      listEvents: async () => ({ items: [{ ...event, text: 'x'.repeat(bytes) }], next: null }),
      listRuns: async () => ({ items: [], next: null }),
    },
    { tokens },
  );
}

/** Asks and reads the first bytes of the answer, no more. */
async function askAndStare(app: ListeningApp, token: string) {
  const client = await app.open();
  client.socket.pause();
  client.socket.write(
    `GET /api/v1/events HTTP/1.1\r\nHost: ${app.host}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  );
  const readOne = () => client.socket.read(1) !== null;
  await expect.poll(readOne, { timeout: 10_000 }).toBe(true);
  return client;
}

const ask = (app: ListeningApp, token: string) =>
  fetch(`http://${app.host}/api/v1/runs`, { headers: { authorization: `Bearer ${token}` } });

test('who does not read its answers gets no more of them, and others do; what it let go is given back', async () => {
  const app = await large();
  const client = await askAndStare(app, 'a');
  const refused = await ask(app, 'a');
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('5');
  expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('wait to be read') });
  expect((await ask(app, 'b')).status).toBe(200);
  client.socket.destroy();
  await expect.poll(async () => (await ask(app, 'a')).status).toBe(200);
}, 30_000);

test('beyond what all may leave unread, the answer that waits longest is cut off', async () => {
  const app = await large();
  const clients = [];
  for (const name of names.slice(0, 3)) clients.push(await askAndStare(app, name));
  await expect.poll(app.connections).toBe(2);
  const [first] = clients;
  first?.socket.resume();
  const heard = await first?.closed;
  expect(heard?.length).toBeLessThan(bytes);
  expect((await ask(app, 'a')).status).toBe(200);
}, 30_000);

import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@lastgood/store/embedded/free-port';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { leftovers, type ServerProcess, startServerProcess } from './server-process.ts';
import { eventually } from './test-steps.ts';

const openFiles = 300;

let folder: string;
let port: number;
let server: ServerProcess;
const clients: Socket[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lastgood-stop-'));
  port = await freePort();
  server = startServerProcess(folder, { LASTGOOD_PORT: String(port), LASTGOOD_DATA_DIR: folder }, openFiles);
  await eventually(status, (code) => code === 200, 90_000);
});

afterAll(async () => {
  for (const client of clients) client.destroy();
  await server?.end('SIGKILL');
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

const status = () =>
  fetch(`http://127.0.0.1:${port}/readyz`).then(
    (answer) => answer.status,
    () => 0,
  );

const host = () => `Host: 127.0.0.1:${port}\r\n`;
const handshake = () =>
  `GET /api/v1/live HTTP/1.1\r\n${host()}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n`;

/** Sends the text and then nothing, hears what comes, and never hangs up. Ends with the first line of the answer. */
function client(text: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  clients.push(socket);
  socket.on('error', () => undefined);
  socket.write(text);
  return new Promise((resolve) => {
    socket.once('data', (chunk) => resolve(String(chunk).split('\r\n')[0] ?? ''));
    socket.once('close', () => resolve(''));
  });
}

test('with few files to open, more refused upgrades than that leave the server answering', async () => {
  const refused = `${handshake()}Origin: https://evil.example\r\n\r\n`;
  for (let round = 0; round < 8; round += 1) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => client(refused)));
    expect(new Set(answers)).toEqual(new Set(['HTTP/1.1 403 Forbidden']));
  }
  expect(await status()).toBe(200);
});

test('SIGTERM ends the server, its database and its world in 10 s, whatever clients do', async () => {
  const origin = `Origin: http://127.0.0.1:${port}\r\n`;
  const post = `POST /api/v1/deployments HTTP/1.1\r\n${host()}Content-Type: application/json\r\nContent-Length: 900\r\n`;
  // One that will ignore the close frame, and one that is refused.
  expect(await client(`${handshake()}${origin}\r\n`)).toMatch(/101/);
  expect(await client(`${handshake()}\r\n`)).toMatch(/403/);
  void client('');
  void client(post);
  void client(`${post}\r\n{`);
  const slow = clients.at(-1);
  const drip = setInterval(() => slow?.write(' '), 500);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const began = performance.now();
  const ending = await server.end('SIGTERM');
  const tookMs = performance.now() - began;
  clearInterval(drip);
  process.stdout.write(`SIGTERM under such clients: ended after ${(tookMs / 1000).toFixed(1)} s\n`);
  expect([ending, server.said()]).toEqual([{ code: 0, signal: null }, expect.any(String)]);
  expect(tookMs).toBeLessThan(10_000);
  expect(await leftovers(folder)).toEqual([]);
});

import { pino } from 'pino';
import { expect, test } from 'vitest';
import { start } from './ask-harness.ts';
import { listening } from './listening-harness.ts';

test('no query string reaches the log or the figures, whatever becomes of the request', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const { ask, app } = await start(
    {
      nowView: async () => {
        throw new Error('a fault of our own');
      },
    },
    { logger },
  );
  const query = '?access_token=open-sesame&state=nonsense';
  const paths = [
    '/',
    '/healthz',
    '/nowhere',
    '/api/v1/now',
    '/api/v1/runs',
    '/api/v1/live',
    '/%zz',
    '/api/docs',
  ];
  for (const path of paths) await ask({ url: path + query });
  await ask({ method: 'POST', url: `/api/v1/runs/r/stop${query}`, payload: 'x' });
  await ask({ url: `/api/v1/now${query}`, headers: { host: 'evil.example' } });
  const log = lines.join('');
  expect(log).toContain('"path":"/api/v1/now"');
  expect(log).toContain('a fault of our own');
  const figures = (await app.inject({ url: '/metrics', headers: { host: 'localhost' } })).body;
  expect(log + figures).not.toContain('open-sesame');
});

test('neither a fragment nor the password of an address in absolute form reaches the log', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const app = await listening({}, { logger });
  for (const target of [
    '/api/v1/now#open-sesame',
    'http://me:open-sesame@lastgood/api/v1/now',
    'http://me:open-sesame@lastgood?a',
  ]) {
    const client = await app.open();
    client.socket.write(`GET ${target} HTTP/1.1\r\nHost: ${app.host}\r\nConnection: close\r\n\r\n`);
    await client.closed;
  }
  expect(lines.join('')).toContain('"path":"/api/v1/now"');
  expect(lines.join('')).not.toContain('open-sesame');
});

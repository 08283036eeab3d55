import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { start } from '../http/ask-harness.ts';

const document = { url: '/api/openapi.json' };

describe('compression', () => {
  test('a large answer is packed as the caller can read it, and is the same answer', async () => {
    const { ask } = await start();
    const plain = await ask(document);
    const gzip = await ask({ ...document, headers: { 'accept-encoding': 'gzip' } });
    const br = await ask({ ...document, headers: { 'accept-encoding': 'gzip, br' } });
    expect([plain, gzip, br].map(({ headers }) => headers['content-encoding'])).toEqual([
      ...[undefined, 'gzip', 'br'],
    ]);
    expect(gunzipSync(gzip.rawPayload).toString()).toBe(plain.body);
    expect(brotliDecompressSync(br.rawPayload).toString()).toBe(plain.body);
    expect(gzip.headers.vary).toMatch(/accept-encoding/i);
    expect(gzip.rawPayload.length * 4).toBeLessThan(plain.rawPayload.length);
  });

  test('a small answer is sent as it is', async () => {
    const { ask } = await start();
    const answer = await ask({ url: '/healthz', headers: { 'accept-encoding': 'gzip, br' } });
    expect(answer.headers['content-encoding']).toBeUndefined();
  });

  test('what a caller packed is refused, not unpacked', async () => {
    const { ask } = await start();
    const answer = await ask({
      method: 'POST',
      url: '/api/v1/deployments',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      payload: gzipSync(JSON.stringify({ service: 'c/n/web' })),
    });
    expect(answer.statusCode).toBe(415);
  });
});

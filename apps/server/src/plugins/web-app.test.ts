import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { start } from '../http/ask-harness.ts';

describe('the web app', () => {
  test('is served as it is on the disk now, its pages by their addresses', async () => {
    const webRoot = await mkdtemp(join(tmpdir(), 'lastgood-web-'));
    const { ask } = await start({}, { webRoot });
    const page = { url: '/runs/7', headers: { accept: 'text/html' } };
    expect((await ask({ url: '/' })).statusCode).toBe(503);
    expect((await ask(page)).statusCode).toBe(503);
    await mkdir(join(webRoot, 'assets'));
    await writeFile(join(webRoot, 'index.html'), '<p>one</p>');
    await writeFile(join(webRoot, 'assets', 'app-1.js'), '1');
    expect((await ask(page)).body).toBe('<p>one</p>');
    await writeFile(join(webRoot, 'index.html'), '<p>two</p>');
    await writeFile(join(webRoot, 'assets', 'app-2.js'), '2');
    const now = await ask({ url: '/' });
    expect([now.body, now.headers['cache-control']]).toEqual(['<p>two</p>', 'no-cache']);
    const asset = await ask({ url: '/assets/app-2.js' });
    expect([asset.body, asset.headers['cache-control']]).toEqual(['2', expect.stringContaining('immutable')]);
    expect((await ask({ url: '/assets/app-3.js' })).statusCode).toBe(404);
    for (const url of [
      ...['/assets/..%2f..%2fetc/passwd', '/assets', '/assets/', '//api/v1/now', '/.env'],
      `/${'x'.repeat(5_000)}`,
    ]) {
      const answer = await ask({ url });
      expect([url.slice(0, 40), answer.statusCode, answer.json().type]).toEqual([
        ...[url.slice(0, 40), 404, 'urn:lastgood:problem:not-found'],
      ]);
    }
    await rm(webRoot, { recursive: true });
  });

  test('sends what was packed when it was built, to those who can read it', async () => {
    const webRoot = await mkdtemp(join(tmpdir(), 'lastgood-web-'));
    const { ask } = await start({}, { webRoot });
    await mkdir(join(webRoot, 'assets'));
    const script = 'export default 1;'.repeat(200);
    await writeFile(join(webRoot, 'assets', 'app-1.js'), script);
    await writeFile(join(webRoot, 'assets', 'app-1.js.gz'), gzipSync(script));
    await writeFile(join(webRoot, 'assets', 'app-1.js.br'), brotliCompressSync(script));
    const sent = async (encoding: string) => {
      const answer = await ask({ url: '/assets/app-1.js', headers: { 'accept-encoding': encoding } });
      const { 'content-encoding': as, vary, 'content-type': type, 'cache-control': cache } = answer.headers;
      expect([vary, type, cache]).toEqual([
        expect.stringMatching(/accept-encoding/i),
        expect.stringContaining('javascript'),
        expect.stringContaining('immutable'),
      ]);
      return { as, body: answer.rawPayload };
    };
    const [br, gzip, plain] = [
      await sent('gzip, deflate, br'),
      await sent('gzip, deflate'),
      await sent('identity'),
    ];
    expect([br.as, gzip.as, plain.as]).toEqual(['br', 'gzip', undefined]);
    expect(brotliDecompressSync(br.body).toString()).toBe(script);
    expect(gunzipSync(gzip.body).toString()).toBe(script);
    expect(plain.body.toString()).toBe(script);
    await rm(webRoot, { recursive: true });
  });

  test('says so when the web app is not built', async () => {
    const { ask } = await start();
    const page = await ask({ url: '/' });
    expect(page.statusCode).toBe(503);
    expect(page.body).toContain('npm run build');
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
  });
});

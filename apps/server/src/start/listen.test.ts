import { createServer, type Server } from 'node:http';
import Fastify from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { listen } from './listen.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function occupy(): Promise<number> {
  const server: Server = createServer();
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

test('a default port that is taken is left for another, and said', async () => {
  const port = await occupy();
  const app = Fastify();
  open.push(app);
  const { url, note } = await listen(app, { host: '127.0.0.1', port, portIsFixed: false });
  expect(url).not.toBe(`http://127.0.0.1:${port}`);
  expect(note).toContain(`Port ${port} is taken`);
});

test('a port that was asked for stops the start with a clear sentence', async () => {
  const port = await occupy();
  const app = Fastify();
  open.push(app);
  await expect(listen(app, { host: '127.0.0.1', port, portIsFixed: true })).rejects.toThrow(
    `found ${port}, which another program uses`,
  );
});

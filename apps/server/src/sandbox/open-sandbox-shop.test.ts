import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, vi } from 'vitest';
import type { EndpointDependencies } from '../endpoints/endpoint-dependencies.ts';
import { openSandboxShop } from './open-sandbox-shop.ts';

it('goes on telling Lastgood of the shop after what failed once', { timeout: 60_000 }, async () => {
  const asked: string[] = [];
  const world = createServer((request, answer) => {
    asked.push(`${request.method} ${request.url}`);
    answer.writeHead(asked.length === 1 ? 500 : 204).end();
  });
  await new Promise<void>((resolve) => world.listen(0, '127.0.0.1', resolve));
  const controlUrl = `http://127.0.0.1:${(world.address() as AddressInfo).port}`;
  const shown = vi
    .fn()
    .mockRejectedValueOnce(new Error('the sandbox answered 500'))
    .mockResolvedValue([{ services: [], waitsFor: null }]);
  const told: unknown[] = [];
  const stopping = new AbortController();
  openSandboxShop({ sandbox: { shown } } as unknown as EndpointDependencies, {
    ...{ controlUrl, lends: null, signal: stopping.signal },
    log: { warn: (said: unknown) => void told.push(said) },
  }).follow();
  await vi.waitFor(() => expect(shown).toHaveBeenCalledTimes(2), { timeout: 40_000 });
  stopping.abort();
  world.close();
  expect(told).toHaveLength(2);
  // With a database of somebody else's there is none to lend, and that is told until it was heard, then never again.
  expect(asked).toEqual(Array(2).fill('DELETE /shows/migration/database'));
});

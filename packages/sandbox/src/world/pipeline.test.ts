import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { createRealClock } from '../kubernetes/index.ts';
import { type Listening, listenOnLoopback } from '../metrics/listen-on-loopback.ts';
import type { ClusterClient } from './cluster-client.ts';
import { createPipelines } from './pipeline.ts';

let lastgood: Listening;
afterEach(() => lastgood.close());

it('tells of every deployment of a job that it failed, and not in words that may hold a password', async () => {
  const told: { path: string; status: string; detail: string }[] = [];
  lastgood = await listenOnLoopback(
    createServer((incoming, outgoing) => {
      void text(incoming).then((body) => {
        told.push({ path: incoming.url ?? '', ...JSON.parse(body) });
        outgoing.end('{}');
      });
    }),
  );
  const errors: unknown[] = [];
  const pipelines = createPipelines({} as ClusterClient, createRealClock(), (error) => errors.push(error));
  const deployments = { orders: 'd1', payments: 'd2' };
  pipelines.begin({ url: lastgood.url, deployments }).goOn(async () => {
    throw new Error('dbmate migrate: postgres://owner:secret@127.0.0.1 does not answer');
  });
  await expect.poll(() => told.length, { timeout: 20_000 }).toBe(2);
  expect(told.map(({ path, status }) => [path, status])).toEqual([
    ['/api/v1/deployments/d1', 'failed'],
    ['/api/v1/deployments/d2', 'failed'],
  ]);
  expect(JSON.stringify(told)).not.toContain('secret');
  expect(errors).toHaveLength(1);
  pipelines.close();
});

import { createServer, type IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { createSteppedClock } from '../kubernetes/index.ts';
import { listenOnLoopback } from '../metrics/listen-on-loopback.ts';
import { startTraffic, type TrafficTarget } from './start-traffic.ts';

async function recordingPod(pod: string, status = 200) {
  const seen: string[] = [];
  const sockets = new Set<IncomingMessage['socket']>();
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    sockets.add(request.socket);
    response.writeHead(status).end('{}');
  });
  const listening = await listenOnLoopback(server);
  const target: TrafficTarget = { namespace: 'shop', service: 'cart', pod, url: listening.url, ready: true };
  return { seen, sockets, target, close: () => listening.close() };
}

async function tenSeconds(seed: string) {
  const clock = createSteppedClock();
  const pods = [await recordingPod('a'), await recordingPod('b', 503)];
  const idle = { namespace: 'shop', service: 'cart', pod: 'c', url: 'http://127.0.0.1:1', ready: false };
  const traffic = startTraffic({
    targets: () => [...pods.map((pod) => pod.target), idle],
    requestsPerSecond: 20,
    seed,
    clock,
  });
  const answered = () => {
    const count = traffic.counts()['shop/cart'];
    return count === undefined ? 0 : count.succeeded + count.failed;
  };
  for (let second = 1; second <= 10; second += 1) {
    await clock.advance(1_000);
    await expect.poll(answered).toBe(second * 20);
  }
  const counts = traffic.counts();
  await traffic.close();
  await Promise.all(pods.map((pod) => pod.close()));
  return {
    counts,
    seen: pods.map((pod) => pod.seen.toSorted()),
    connections: pods.map((pod) => pod.sockets.size),
  };
}

it('sends the rate asked for, in turn, to ready pods only, and the same requests for the same seed', async () => {
  const first = await tenSeconds('one');
  expect(first.counts).toEqual({
    'shop/cart': { sent: 200, succeeded: 100, failed: 100, lost: 0, skipped: 0 },
  });
  expect(first.seen.map((requests) => requests.length)).toEqual([100, 100]);
  for (const connections of first.connections) expect(connections).toBeLessThanOrEqual(10);
  const [again, other] = [await tenSeconds('one'), await tenSeconds('two')];
  expect(again.seen).toEqual(first.seen);
  expect(other.seen).not.toEqual(first.seen);
});

it('counts lost requests and skips what would pile up', async () => {
  const silent = await listenOnLoopback(createServer(() => {}));
  const clock = createSteppedClock();
  const target = (service: string, url: string) => ({
    namespace: 'shop',
    service,
    pod: 'p',
    url,
    ready: true,
  });
  const traffic = startTraffic({
    targets: () => [target('silent', silent.url), target('refused', 'http://127.0.0.1:1')],
    requestsPerSecond: 10,
    maxInFlight: 5,
    clock,
  });
  await clock.advance(1_000);
  await expect.poll(() => traffic.counts()['shop/refused']?.lost).toBe(10);
  expect(traffic.counts()['shop/silent']).toMatchObject({ sent: 5, skipped: 5 });
  await traffic.close();
  expect(traffic.counts()['shop/silent']?.lost).toBe(5);
  await silent.close();
});

import { expect, it } from 'vitest';
import { httpProbeContract } from '../contracts/http-probe.ts';
import { createInMemoryHttpProbe } from './in-memory-http-probe.ts';

httpProbeContract('the in-memory HTTP probe', async () => ({
  probe: createInMemoryHttpProbe((url) => {
    const { hostname, pathname } = new URL(url);
    if (hostname === 'metadata.test') return { kind: 'refused', reason: 'a special address' };
    if (hostname === 'dead.test') return { kind: 'unreachable', reason: 'nothing listens there' };
    return { kind: 'answered', status: pathname === '/down' ? 503 : 200, tookMs: 3, ageMs: 0 };
  }),
  answering: { 'http://cart.test/': 200, 'http://cart.test/down': 503 },
  refused: ['http://metadata.test/'],
  unreachable: ['http://dead.test/'],
  close: async () => {},
}));

it('counts the requests to each URL', async () => {
  const probe = createInMemoryHttpProbe((_, nth) => ({
    kind: 'answered',
    status: nth < 3 ? 503 : 200,
    tookMs: 1,
    ageMs: 0,
  }));
  const signal = new AbortController().signal;
  const results = [];
  for (let n = 0; n < 3; n += 1) results.push(await probe.get('http://cart.test/', signal));
  await probe.get('http://other.test/', signal);
  expect(results.map((result) => result.kind === 'answered' && result.status)).toEqual([503, 503, 200]);
  expect(probe.asked).toHaveLength(4);
});

import { expect, it } from 'vitest';
import type { ProbeResult } from '../probe-result.ts';
import { http } from './http.ts';

const declared = { name: 'ready', type: 'http', url: 'http://web/ready' } as const;
const ready = http.accept(declared, []);

it('asks its address, and expects 200 unless told otherwise', () => {
  expect(http.ask(ready, { cluster: 'main', namespace: 'shop', variables: {} })).toEqual({
    port: 'probe',
    url: 'http://web/ready',
  });
  expect(http.expected(ready)).toBe('status 200');
  expect(http.expected(http.accept({ ...declared, expectedStatus: 204 }, []))).toBe('status 204');
});

it.each<[ProbeResult, object]>([
  [
    { kind: 'answered', status: 200, tookMs: 1, ageMs: 0 },
    { kind: 'seen', pass: true, actual: 'status 200' },
  ],
  [
    { kind: 'answered', status: 503, tookMs: 1, ageMs: 0 },
    { kind: 'seen', pass: false, actual: 'status 503' },
  ],
  [
    { kind: 'unreachable', reason: 'no route' },
    { kind: 'seen', pass: false, actual: 'no route' },
  ],
  [
    { kind: 'refused', reason: 'loopback' },
    { kind: 'could-not-ask', reason: 'loopback' },
  ],
])('judges %j', (answer, attempt) => expect(http.judge(ready, answer)).toEqual(attempt));

it.each([
  ['web/ready', ['is not a URL.']],
  ['ftp://web/ready', ['must be http or https, not ftp.']],
  ['http://me:secret@web/ready', [expect.stringContaining('must not carry a user name or password')]],
  ['http://:secret@web/ready', [expect.stringContaining('must not carry a user name or password')]],
  ['https://web/ready', []],
])('lints %s', (url, messages) => {
  const faults = http.lint({ ...declared, url }, { workloads: [], lintQuery: () => [] });
  expect(faults).toEqual(messages.map((message) => ({ path: '/url', message })));
});

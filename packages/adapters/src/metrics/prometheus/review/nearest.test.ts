import { expect, it } from 'vitest';
import { nearest } from './nearest.ts';

const names = ['http_requests_total', 'http_request_duration_seconds_count', 'up', 'go_gc_duration_seconds'];

it.each([
  ['http_request_total', ['http_requests_total']],
  ['HTTP_requests_total', ['http_requests_total']],
  ['http_reque', ['http_requests_total', 'http_request_duration_seconds_count']],
  ['ups', ['up']],
  ['nothing_like_it', []],
  ['', []],
])('of %j tells %j', (meant, told) => {
  expect(nearest(meant, names)).toEqual(told);
});

it('compares so many names within a blink', () => {
  const many = Array.from({ length: 20_000 }, (_, index) => `service_${index}_requests_of_some_kind_total`);
  const began = performance.now();
  expect(nearest('service_7_request_of_some_kind_total', many)[0]).toBe(
    'service_7_requests_of_some_kind_total',
  );
  expect(performance.now() - began).toBeLessThan(5_000);
});

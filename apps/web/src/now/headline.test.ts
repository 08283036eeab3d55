import type { NowView } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { nowHeadline } from './headline.ts';

const at = '2026-01-01T00:00:00.000Z';
const now = Date.parse(at);
const quiet = {
  at,
  status: { evaluator: { state: 'on_time', lastSlotAt: at, intervalSeconds: 15 } },
  runs: [],
  attention: [],
  watched: [],
  more: { runs: 0, watched: 0 },
  quietServices: 43,
  unseenServices: 0,
  services: 43,
} as unknown as NowView;

const row = (state: string, serviceName: string) => ({ state, serviceName });
const run = (status: string, verdict: string | null = null) => ({
  run: { status, verdict, serviceName: 'checkout' },
  steps: [],
});
const view = (change: object) => ({ ...quiet, ...change }) as NowView;

test('calm when all is well', () => {
  expect(nowHeadline(quiet, now)).toEqual({
    meaning: 'quiet',
    title: 'All quiet',
    counts: [{ meaning: 'quiet', text: '43 quiet' }],
  });
});

test('what cannot be seen is not quiet', () => {
  const hidden = view({ quietServices: 42, unseenServices: 1 });
  expect(nowHeadline(hidden, now)).toEqual({
    meaning: 'unknown',
    title: 'A service cannot be seen',
    counts: [
      { meaning: 'unknown', text: '1 cannot be seen' },
      { meaning: 'quiet', text: '42 quiet' },
    ],
  });
});

test('the worst comes first and is named', () => {
  const worse = view({
    runs: [run('running')],
    attention: [row('pending', 'payments'), row('firing', 'search')],
  });
  expect(nowHeadline(worse, now)).toMatchObject({ meaning: 'act', title: 'Rolling back checkout' });
  expect(nowHeadline(worse, now).counts.map(({ text }) => text)).toEqual([
    '1 rolling back',
    '1 firing',
    '1 in breach, not firing yet',
    '43 quiet',
  ]);
  expect(nowHeadline(view({ attention: [row('pending', 'payments')] }), now).title).toBe(
    'A breach on payments, not firing yet',
  );
});

test('a run that stopped or was not verified needs somebody, before everything else', () => {
  for (const stuck of [run('stopped'), run('done', 'failed')]) {
    expect(nowHeadline(view({ runs: [run('running'), stuck] }), now).title).toBe(
      'The rollback of checkout needs you',
    );
  }
  expect(nowHeadline(view({ runs: [run('done', 'passed'), run('cancelled')] }), now).title).toBe('All quiet');
});

test('silence of the evaluator is never quiet', () => {
  expect(nowHeadline(quiet, now + 60_000)).toMatchObject({
    meaning: 'act',
    title: 'Nothing is being evaluated',
  });
});

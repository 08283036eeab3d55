import { expect, it } from 'vitest';
import { readSignal } from './advance-trigger.ts';
import { triggerKind } from './kinds/index.ts';
import { shippedTiming } from './shipped-frame.ts';
import { shippedTriggers } from './shipped-triggers.ts';

/** That of the sandbox, with one pair of a minute. */
const fast = { ...shippedTiming, burnWindows: [{ rate: 14.4, longMs: 720_000, shortMs: 60_000 }] };

const burnOf = (timing = shippedTiming) => {
  const burn = shippedTriggers(timing).find(({ name }) => name === 'slo_burn_rate');
  if (!burn) throw new Error('it ships');
  return burn;
};

/** What it says when some of so many requests failed, which are all that any of its windows holds. */
function saidOf(timing: typeof shippedTiming, failed: number, requests: number) {
  const burn = burnOf(timing);
  const asked = triggerKind(burn).ask(burn, { variables: {}, ageMs: null, toldApartBy: [] });
  const reading = { kind: 'value', value: failed / requests } as const;
  const judged = triggerKind(burn).judge(
    burn,
    asked.map(({ name }) => ({ name, reading })),
  );
  return readSignal(burn, judged, { kind: 'value', value: requests });
}

it.each([
  ['as shipped', shippedTiming],
  ['with the fast windows of the sandbox', fast],
])('a burn rate does not fire for one or two failed requests, of however many, %s', (_words, timing) => {
  for (const failed of [1, 2])
    for (let requests = failed; requests < 3_000; requests += 1)
      expect([requests, saidOf(timing, failed, requests)]).not.toEqual([requests, 'breach']);
  expect(saidOf(timing, 20, 1_000)).toBe('breach');
});

it('counts the requests of its shortest window', () => {
  const query = (window: string) =>
    `sum(increase(http_requests_total{service="$SERVICE"}[${window}])) or vector(0)`;
  expect(burnOf().minSamples).toEqual({ query: query('5m'), atLeast: 400 });
  expect(burnOf(fast).minSamples).toEqual({ query: query('1m'), atLeast: 167 });
});

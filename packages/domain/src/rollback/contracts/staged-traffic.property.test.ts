import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Reading } from '../../trigger/reading.ts';
import { type HeldSeen, type HeldStage, holdStage, weightsToLeave } from './hold-stage.ts';
import { reachStage, weightsToReach } from './reach-stage.ts';
import type { WeightSeen } from './set-weight.ts';

const split = (stable: number) => ({ stable, canary: 100 - stable });
const copyOf = (name: string) => ({ name, variables: { WORKLOAD: name }, workload: null });
const tickMs = 2_000;
const limitMs = 60_000;

/** What the world is like at one moment. */
const moment = fc.record({
  ready: fc.integer({ min: 0, max: 4 }),
  others: fc.integer({ min: 0, max: 4 }),
  own: fc.constantFrom(0, 0.04, 0.2, null),
  its: fc.constantFrom(0.02, 0.08, 0.3, null),
  slow: fc.constantFrom(0.2, 3, null),
  /** The worker dies after this look, whatever it came to; another one looks again. */
  dies: fc.boolean(),
  hurries: fc.integer({ min: 0, max: 20 }).map((n) => n === 0),
});
type Moment = typeof moment extends fc.Arbitrary<infer M> ? M : never;

const reading = (value: number | null): Reading =>
  value === null ? { kind: 'no-data' } : { kind: 'value', value };

interface Write {
  from: number;
  to: number;
  seen: Moment;
}

/** Does the steps as a worker would; what it wrote, how it ended, and after how many looks. */
function play(stages: readonly number[], moments: readonly Moment[]) {
  const base: Omit<HeldStage, 'stage'> = {
    route: { cluster: 'main', namespace: 'shop', kind: 'HTTPRoute', name: 'web' },
    ...{ uid: 'u', rule: null, to: copyOf('stable'), other: copyOf('canary'), before: split(0) },
    ...{ stages: stages.map(split), enough: 4, soakMs: 6_000, jumpAbove: 0.1 },
    errors: { query: 'e{w="$WORKLOAD"}', atMost: 0.05, unit: 'ratio' },
    latency: { query: 'l{w="$WORKLOAD"}', atMost: 1, unit: 's' },
  };
  const writes: Write[] = [];
  let weights: Record<string, number> = split(0);
  let looks = 0;
  let hurried = false;
  const write = (next: Record<string, number>, seen: Moment) => {
    writes.push({ from: weights.stable ?? 0, to: next.stable ?? 0, seen });
    weights = next;
  };
  const order = stages.flatMap((_share, stage) =>
    stage < stages.length - 1
      ? [
          { stage, holds: false },
          { stage, holds: true },
        ]
      : [{ stage, holds: false }],
  );
  for (const { stage, holds } of order) {
    let died = false;
    for (let heldForMs = 0; ; heldForMs += tickMs) {
      const now = moments[looks % moments.length] as Moment;
      looks += 1;
      hurried ||= now.hurries;
      const step: HeldStage = { ...base, stage, ...(hurried ? { hurriedBy: 'ada' } : {}) };
      const route: WeightSeen = {
        uid: 'u',
        weights,
        accepted: true,
        ready: { stable: now.ready, canary: now.others },
      };
      const read = (value: number | null) => ({ reading: reading(value), looksBackMs: 4_000 });
      const held: HeldSeen = {
        route,
        heldForMs,
        errors: { to: read(now.own), other: read(now.its) },
        latency: read(now.slow),
      };
      const isDone = holds ? holdStage.isDone(step, held) : reachStage.isDone(step, route);
      if (isDone && now.dies && !died) {
        died = true;
        continue;
      }
      if (isDone) break;
      const refusal = holds ? holdStage.refusal(step, held, '') : reachStage.refusal(step, route, '');
      if (refusal) return { writes, looks, weights, ended: refusal.code ?? 'refused' };
      const blocked = holds ? holdStage.blockedBy?.(step, held, '') : reachStage.blockedBy?.(step, route, '');
      if (!blocked)
        write(holds ? weightsToLeave(step, held).target.weights : weightsToReach(step, route).weights, now);
      if (heldForMs >= limitMs) return { writes, looks, weights, ended: 'limit' };
    }
  }
  return { writes, looks, weights, ended: 'done' };
}

const ways = fc.constantFrom([25, 50, 75, 100], [10, 100], [50, 60, 70, 80, 100]);

it('never takes from the old version but to lead everything back, never leads it more than is ready can carry, and ends', () => {
  fc.assert(
    fc.property(ways, fc.array(moment, { minLength: 1, maxLength: 60 }), (stages, moments) => {
      const { writes, looks, weights, ended } = play(stages, moments);
      for (const { from, to, seen } of writes) {
        if (to < from) expect([to, seen.others > 0 || (seen.own ?? 0) > (seen.its ?? 1)]).toEqual([0, true]);
        else expect(seen.ready).toBeGreaterThanOrEqual(Math.ceil((4 * to) / 100 - 1e-9));
      }
      // Nothing is led back and on again.
      expect(writes.findIndex(({ from, to }) => to < from)).toBeOneOf([-1, writes.length - 1]);
      expect(looks).toBeLessThanOrEqual((2 * stages.length - 1) * (limitMs / tickMs + 3));
      if (ended === 'done') expect(weights).toEqual(split(100));
      if (ended === 'healthiest-copy') expect(weights).toEqual(split(0));
      expect(ended).toBeOneOf(['done', 'healthiest-copy', 'limit']);
    }),
    { numRuns: 300 },
  );
});

it('gets there when all is well, one stage after the other', () => {
  const well: Moment = { ready: 4, others: 4, own: 0, its: 0.08, slow: 0.2, dies: false, hurries: false };
  const { writes, ended } = play([25, 50, 75, 100], [well]);
  expect([ended, writes.map(({ to }) => to)]).toEqual(['done', [25, 50, 75, 100]]);
});

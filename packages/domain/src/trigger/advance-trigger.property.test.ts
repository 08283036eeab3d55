import { aTrigger, dayZero } from '@lastgood/testkit/scenario/builders';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanceTrigger, type EvaluationRules, readSignal } from './advance-trigger.ts';
import type { Reading } from './reading.ts';
import type { RollbackTrigger } from './trigger.ts';
import type { TriggerState } from './trigger-state.ts';

const rules: EvaluationRules = { intervalMs: 15_000, outageToleranceMs: 300_000 };

const noNumber = fc.constantFrom('hold', 'healthy', 'breach' as const);
const triggers: fc.Arbitrary<RollbackTrigger> = fc
  .record({
    threshold: fc.double({ noNaN: true, noDefaultInfinity: true, min: -10, max: 10 }),
    comparison: fc.constantFrom('greater_than', 'less_than' as const),
    forMs: fc.integer({ min: 0, max: 12 }).map((slots) => slots * 10_000),
    keepFiringMs: fc.integer({ min: 0, max: 6 }).map((slots) => slots * 10_000),
    onNoData: noNumber,
    onNotANumber: noNumber,
  })
  .map((over) => aTrigger(over as Partial<RollbackTrigger>));

const values: fc.Arbitrary<Reading> = fc
  .double({ noNaN: true, min: -20, max: 20 })
  .map((value) => ({ kind: 'value', value }));
const silences: fc.Arbitrary<Reading> = fc.constantFrom<Reading>(
  { kind: 'unreachable', reason: 'down' },
  { kind: 'ambiguous', count: 2 },
);
const readings: fc.Arbitrary<Reading> = fc.oneof(
  { weight: 5, arbitrary: values },
  { weight: 1, arbitrary: silences },
  { weight: 1, arbitrary: fc.constantFrom<Reading>({ kind: 'no-data' }, { kind: 'not-a-number' }) },
);

interface Judged {
  reading: Reading;
  slot: number;
}

/** Readings on growing aligned slots, with gaps of up to thirty slots. */
function histories(of: fc.Arbitrary<Reading>): fc.Arbitrary<Judged[]> {
  const gap = fc.oneof(
    { weight: 6, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.integer({ min: 2, max: 30 }) },
  );
  return fc.array(fc.tuple(of, gap), { minLength: 1, maxLength: 40 }).map((steps) => {
    let slot = dayZero;
    return steps.map(([reading, slots]) => {
      slot += slots * rules.intervalMs;
      return { reading, slot };
    });
  });
}

function advance(trigger: RollbackTrigger, before: TriggerState | null, reading: Reading, slot: number) {
  const none = { samples: null, counts: true, settling: false };
  return advanceTrigger({ trigger, before, reading, slot, rules, ...none });
}

function play(trigger: RollbackTrigger, history: readonly Judged[]): TriggerState[] {
  let state: TriggerState | null = null;
  return history.map(({ reading, slot }) => {
    const after: TriggerState = advance(trigger, state, reading, slot).state;
    state = after;
    return after;
  });
}

const firstFiring = (states: readonly TriggerState[], history: readonly Judged[]) => {
  const index = states.findIndex((state) => state.phase === 'firing');
  return history[index]?.slot ?? Number.POSITIVE_INFINITY;
};

const check = <T extends [unknown, ...unknown[]]>(
  ...args: [...arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> }, predicate: (...values: T) => void]
) => fc.assert(fc.property<T>(...args), { numRuns: 300 });

describe('the trigger machine, whatever happens', () => {
  it('never fires without a breach that lasts as long as it must, counted here by hand', () => {
    check(triggers, histories(readings), (trigger, history) => {
      const states = play(trigger, history);
      let held = 0;
      let last: number | null = null;
      let wasFiring = false;
      history.forEach(({ reading, slot }, index) => {
        const signal = readSignal(trigger, reading, null);
        if (signal === 'healthy' && !wasFiring) last = null;
        if (signal === 'breach') {
          const gap: number | null = last === null ? null : slot - last;
          held = gap === null || gap > rules.outageToleranceMs ? 0 : held + Math.min(gap, rules.intervalMs);
          last = slot;
        }
        const firing = states[index]?.phase === 'firing';
        if (firing && !wasFiring) {
          expect(signal).toBe('breach');
          expect(held).toBeGreaterThanOrEqual(trigger.forMs);
        }
        if (!firing && wasFiring) last = null;
        wasFiring = firing;
      });
    });
  });

  it('counts one interval at the most between two judgements, and never less than nothing', () => {
    check(triggers, histories(readings), (trigger, history) => {
      let before = 0;
      for (const state of play(trigger, history)) {
        expect(state.heldMs - before).toBeLessThanOrEqual(rules.intervalMs);
        expect(state.heldMs).toBeGreaterThanOrEqual(0);
        before = state.heldMs;
      }
    });
  });

  it('is not moved by what could not be asked', () => {
    check(triggers, histories(readings), silences, (trigger, history, silence) => {
      const before = play(trigger, history).at(-1);
      const slot = (history.at(-1)?.slot ?? 0) + rules.intervalMs;
      if (!before) throw new Error('a history has a reading');
      const { phase, since, heldMs, lastBreachSlot, lastJudgedSlot, everFired } = before;
      const after = advance(trigger, before, silence, slot).state;
      expect(after).toMatchObject({ phase, since, heldMs, lastBreachSlot, lastJudgedSlot, everFired });
      expect(after.slotsHealthy).toBe(before.slotsHealthy);
    });
  });

  it('replays to the same states, bit for bit, also from what JSON keeps', () => {
    check(triggers, histories(readings), (trigger, history) => {
      const kept = history.map(({ reading, slot }) => ({ reading: structuredClone(reading), slot }));
      expect(play(structuredClone(trigger), kept)).toStrictEqual(play(trigger, history));
    });
  });

  it('goes on after a restart at any slot as if there had been none', () => {
    check(triggers, histories(readings), fc.nat(), (trigger, history, cut) => {
      const states = play(trigger, history);
      const at = cut % history.length;
      let state: TriggerState | null = states[at] ? structuredClone(states[at]) : null;
      for (const { reading, slot } of history.slice(at + 1))
        state = advance(trigger, state, reading, slot).state;
      expect(state).toStrictEqual(states.at(-1));
    });
  });

  it('judges slots in order only', () => {
    check(triggers, histories(readings), fc.nat(), (trigger, history, pick) => {
      const state = play(trigger, history).at(-1);
      const old = history[pick % history.length];
      if (!state || !old) throw new Error('a history has a reading');
      const again = advance(trigger, state, old.reading, old.slot);
      expect(again.state).toBe(state);
      expect(again.events).toEqual([]);
    });
  });

  it('never fires earlier because questions went unanswered', () => {
    const gaps = fc.array(fc.tuple(fc.nat(), silences), { maxLength: 10 });
    check(triggers, histories(readings), gaps, (trigger, history, inserted) => {
      const silent = history.map((one) => ({ ...one }));
      for (const [at, reading] of inserted) {
        const one = silent[at % silent.length];
        if (one && readSignal(trigger, one.reading, null) === 'breach') one.reading = reading;
      }
      expect(firstFiring(play(trigger, silent), silent)).toBeGreaterThanOrEqual(
        firstFiring(play(trigger, history), history),
      );
    });
  });

  it('never fires earlier for silence between two judged slots', () => {
    check(
      triggers,
      histories(readings),
      fc.array(fc.tuple(fc.nat(), silences)),
      (trigger, history, inserted) => {
        const extra = inserted.flatMap(([at, reading]): Judged[] => {
          const [one, next] = [history[at % history.length], history[(at % history.length) + 1]];
          const slot = (one?.slot ?? 0) + rules.intervalMs;
          return next && slot < next.slot ? [{ reading, slot }] : [];
        });
        const longer = [...history, ...extra].sort((a, b) => a.slot - b.slot);
        expect(firstFiring(play(trigger, longer), longer)).toBe(firstFiring(play(trigger, history), history));
      },
    );
  });
});

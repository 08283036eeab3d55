import { aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { advanceTrigger, type EvaluationRules, readSignal, type TriggerEvent } from './advance-trigger.ts';
import { breaches } from './proves-health.ts';
import type { Reading } from './reading.ts';
import type { RollbackTrigger } from './trigger.ts';
import type { TriggerState } from './trigger-state.ts';

const interval = 15_000;
const rules: EvaluationRules = { intervalMs: interval, outageToleranceMs: 5 * minute };

/*
 * A scenario is a line of marks, one slot each:
 *   B breach  h healthy  - no data  o no data any more  n not a number  u unreachable  m many series  . a slot nobody judged
 */
const marks: Record<string, Reading> = {
  B: { kind: 'value', value: 1 },
  h: { kind: 'value', value: 0 },
  '-': { kind: 'no-data' },
  o: { kind: 'no-data', over: true },
  n: { kind: 'not-a-number' },
  u: { kind: 'unreachable', reason: 'connection refused' },
  m: { kind: 'ambiguous', count: 3 },
};

interface Played {
  state: TriggerState;
  states: TriggerState[];
  events: (TriggerEvent & { slot: number })[];
}

function play(
  line: string,
  over: Partial<RollbackTrigger> = {},
  options: { samples?: Reading; settling?: boolean } = {},
): Played {
  const trigger = aTrigger(over);
  const played: Played = { state: undefined as unknown as TriggerState, states: [], events: [] };
  let state: TriggerState | null = null;
  [...line].forEach((mark, index) => {
    const reading = marks[mark];
    if (!reading) return;
    const slot = dayZero + index * interval;
    const { samples = null, settling = false } = options;
    const advance = advanceTrigger({
      ...{ trigger, before: state, reading, samples, slot, rules, counts: true, settling },
    });
    state = advance.state;
    played.states.push(advance.state);
    played.events.push(...advance.events.map((event) => ({ ...event, slot: index })));
  });
  if (!state) throw new Error('the scenario judges no slot');
  return { ...played, state };
}

const types = ({ events }: Played) => events.map(({ type, slot }) => `${type}@${slot}`);

describe('the phases', () => {
  it.each([
    { line: '-', phase: 'unknown', said: [] },
    { line: 'h', phase: 'inactive', said: [] },
    { line: 'hB', phase: 'pending', said: ['pending@1'] },
    { line: 'B', phase: 'pending', said: ['pending@0'] },
    { line: 'hBBBBBBBB', phase: 'pending', said: ['pending@1'] },
    { line: 'hBBBBBBBBB', phase: 'firing', said: ['pending@1', 'fired@9'] },
    { line: 'hBBBBBBBBBB', phase: 'firing', said: ['pending@1', 'fired@9'] },
    { line: 'hBBBhBBBBBBBB', phase: 'pending', said: ['pending@1', 'resolved@4', 'pending@5'] },
    { line: 'BBBBBBBBBh', phase: 'inactive', said: ['pending@0', 'fired@8', 'resolved@9'] },
    { line: 'BBBBBBBBBhB', phase: 'pending', said: ['pending@0', 'fired@8', 'resolved@9', 'pending@10'] },
    { line: 'BBBBBBBBBooo', phase: 'unknown', said: ['pending@0', 'fired@8', 'ended@9'] },
    { line: 'BBo', phase: 'unknown', said: ['pending@0', 'ended@2'] },
    { line: 'BBBBBBBBB-', phase: 'firing', said: ['pending@0', 'fired@8'] },
    { line: 'BBBoB', phase: 'pending', said: ['pending@0', 'ended@3', 'pending@4'] },
    { line: 'hoo', phase: 'inactive', said: [] },
    { line: 'oo', phase: 'unknown', said: [] },
  ])('$line is $phase', ({ line, phase, said }) => {
    const played = play(line);
    expect(played.state.phase).toBe(phase);
    expect(types(played)).toEqual(said);
  });

  it('ends what it said when it can tell nothing any more, and that is no proof', () => {
    const { state } = play('BBBBBBBBBoo');
    expect(state).toMatchObject({ heldMs: 0, slotsHealthy: 0, lastJudgedSlot: dayZero + 8 * interval });
    expect(play('BBBBBBBBBoo', { onNoData: 'breach' }).state.phase).toBe('unknown');
    expect(play('oooooooooo', { onNoData: 'breach' }).events).toEqual([]);
    expect(play('BBBBBBBBBoo', { onNoData: 'healthy' }).state.phase).toBe('inactive');
  });

  it('fires on the first breach when it need not last', () => {
    const played = play('hB', { forMs: 0 });
    expect(types(played)).toEqual(['pending@1', 'fired@1']);
    expect(played.state).toMatchObject({
      phase: 'firing',
      since: dayZero + interval,
      heldMs: 0,
      everFired: true,
    });
  });

  it('fires only when the breach lasted all of its time, not one slot before', () => {
    const { states } = play('BBBBBBBBB');
    expect(states.map((state) => state.heldMs / interval)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(states.map((state) => state.phase)).toEqual([...Array(8).fill('pending'), 'firing']);
  });

  it('takes the other comparison the other way round', () => {
    expect(play('Bh', { comparison: 'less_than', threshold: 0.5 }).state.phase).toBe('pending');
    expect(play('hB', { comparison: 'less_than', threshold: 0.5 }).state.phase).toBe('inactive');
  });

  it('remembers that it fired after it resolved', () => {
    expect(play('BBBBBBBBBhhhh').state).toMatchObject({ phase: 'inactive', everFired: true, heldMs: 0 });
  });
});

describe('readings without a number', () => {
  it.each(['-', 'n', 'u', 'm'])('%s says nothing: what is counted neither grows nor starts again', (mark) => {
    const before = play('BBB').state;
    const { state } = play(`BBB${mark}${mark}`);
    expect(state).toMatchObject({ phase: 'pending', heldMs: before.heldMs, since: before.since });
    expect(play(`BBB${mark}${mark}B`).state.heldMs).toBe(3 * interval);
    expect(play(`${mark}${mark}`).state.phase).toBe('unknown');
    expect(play(`h${mark}`).state.phase).toBe('inactive');
    expect(play(`BBBBBBBBB${mark}${mark}`).state.phase).toBe('firing');
  });

  it.each([
    ['-', 'onNoData', 'unknown -> inactive', 'healthy', 'inactive'],
    ['-', 'onNoData', 'counts as breach', 'breach', 'pending'],
    ['n', 'onNotANumber', 'unknown -> inactive', 'healthy', 'inactive'],
    ['n', 'onNotANumber', 'counts as breach', 'breach', 'pending'],
  ] as const)('%s by %s: %s', (mark, policy, _words, value, phase) => {
    expect(play(mark, { [policy]: value }).state.phase).toBe(phase);
  });

  it.each(['u', 'm'])('%s says nothing whatever the policies say, and shows as trouble', (mark) => {
    const played = play(`h${mark}${mark}h`, { onNoData: 'breach', onNotANumber: 'breach', forMs: 0 });
    expect(types(played)).toEqual(['trouble@1', 'recovered@3']);
    expect(played.states[2]).toMatchObject({ phase: 'inactive', troubleSince: dayZero + interval });
    expect(played.state).toMatchObject({ troubleSince: null, troubleReason: null });
  });

  it('counts a slot for the deployment only when a real value was healthy', () => {
    expect(play('hB-num').state).toMatchObject({ slotsAsked: 6, slotsHealthy: 1 });
    const policies = { onNoData: 'healthy', onNotANumber: 'healthy' } as const;
    expect(play('h-nh', policies).state).toMatchObject({ slotsAsked: 4, slotsHealthy: 2 });
  });
});

describe('gaps', () => {
  it('counts one interval at the most, whatever lies between two breaches', () => {
    expect(play('BB........B').state.heldMs).toBe(2 * interval);
    expect(play('BBuuuuuuuuB').state.heldMs).toBe(2 * interval);
    expect(play('BB...uu--nB').state.heldMs).toBe(2 * interval);
  });

  it('starts the counting again after an outage longer than it tolerates', () => {
    const tolerated = `BBB${'.'.repeat(19)}B`;
    expect(play(tolerated).state).toMatchObject({ phase: 'pending', heldMs: 3 * interval, since: dayZero });
    const tooLong = `BBB${'.'.repeat(20)}B`;
    expect(play(tooLong).state).toMatchObject({
      phase: 'pending',
      heldMs: 0,
      since: dayZero + 23 * interval,
    });
    expect(types(play(tooLong))).toEqual(['pending@0']);
  });

  it('measures the outage between breaches: unreachable readings in between do not shorten it', () => {
    expect(play(`BBB${'u'.repeat(20)}B`).state.heldMs).toBe(0);
  });

  it('keeps firing through an outage of any length, and resolves on the first healthy reading after it', () => {
    expect(play(`BBBBBBBBB${'u'.repeat(100)}`).state.phase).toBe('firing');
    expect(play(`BBBBBBBBB${'.'.repeat(100)}h`).state.phase).toBe('inactive');
  });
});

describe('hysteresis', () => {
  const keep = { keepFiringMs: 3 * interval };
  it('keeps firing after the last breach for as long as it is told', () => {
    expect(play('BBBBBBBBBhh', keep).state.phase).toBe('firing');
    expect(play('BBBBBBBBBhhh', keep).state.phase).toBe('inactive');
  });

  it('counts anew from every breach', () => {
    expect(play('BBBBBBBBBhhBhh', keep).state.phase).toBe('firing');
    expect(types(play('BBBBBBBBBhhBhh', keep))).toEqual(['pending@0', 'fired@8']);
  });
});

describe('guards', () => {
  const guarded = { minSamples: { query: 'count', atLeast: 20 } };
  it.each([
    ['too few', { kind: 'value', value: 19 }, 'hold'],
    ['enough', { kind: 'value', value: 20 }, 'breach'],
    ['no count', { kind: 'no-data' }, 'hold'],
    ['a count that could not be asked', { kind: 'unreachable', reason: 'x' }, 'hold'],
  ] as const)('a breach on %s samples', (_words, samples, signal) => {
    expect(readSignal(aTrigger(guarded), { kind: 'value', value: 1 }, samples)).toBe(signal);
    expect(readSignal(aTrigger(guarded), { kind: 'value', value: 0 }, samples)).toBe('healthy');
  });

  it('never fires on one failed request of one', () => {
    expect(play('BBBBBBBBBBBB', guarded, { samples: { kind: 'value', value: 1 } }).state.phase).toBe(
      'unknown',
    );
  });

  it('judges a slot once, and never one that is older', () => {
    const { state } = play('BBB');
    for (const slot of [dayZero, dayZero + 2 * interval]) {
      const again = advanceTrigger({
        ...{ trigger: aTrigger(), before: state, reading: { kind: 'value', value: 0 }, samples: null },
        ...{ slot, rules, counts: true, settling: false },
      });
      expect(again).toEqual({ state, events: [] });
    }
  });

  it('says nothing on what the former version left, until the first healthy reading', () => {
    expect(play('BBBBBBBBBB', {}, { settling: true }).state).toMatchObject({ phase: 'unknown', heldMs: 0 });
    expect(play('BBhB', {}, { settling: true }).state.phase).toBe('pending');
  });
});

describe('infinite values compare', () => {
  it.each([
    ['greater_than', Number.POSITIVE_INFINITY, true],
    ['greater_than', Number.NEGATIVE_INFINITY, false],
    ['less_than', Number.POSITIVE_INFINITY, false],
    ['less_than', Number.NEGATIVE_INFINITY, true],
    ['greater_than', 0.05, false],
    ['less_than', 0.05, false],
  ] as const)('%s %d', (comparison, value, breach) => {
    expect(breaches({ comparison, threshold: 0.05 }, value)).toBe(breach);
  });
});

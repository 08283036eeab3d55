import type { NowRows, WatchedRow } from '@lastgood/store/views/view-rows';
import { aDeployment, aService, aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import type { SystemStatus } from '../status/status-schema.ts';
import { toNowView } from './now-dto.ts';
import type { NowView } from './now-schema.ts';

const release = { id: 'd1', release: 1, version: 'v1', proof: 'verified', startedAt: dayZero } as const;

function watched(over: Partial<WatchedRow> = {}): WatchedRow {
  const state = {
    phase: 'firing' as const,
    since: dayZero,
    heldMs: 2 * minute,
    reading: { kind: 'value' as const, value: 0.082 },
    lastSlot: dayZero,
    lastJudgedSlot: dayZero,
    lastBreachSlot: dayZero,
    troubleSince: null,
    troubleReason: null,
    companion: null,
    slotsAsked: 1,
    slotsHealthy: 1,
    everFired: true,
  };
  return {
    deployment: aDeployment(),
    service: aService(),
    triggers: [{ trigger: aTrigger(), state }],
    lastKnownGood: release,
    activeRunId: null,
    lastDecision: null,
    recent: {},
    ...over,
  };
}

function view(...rows: WatchedRow[]): NowView {
  const evaluator = { lastSlot: dayZero, lateMs: 0, missed: 0 };
  const nothing: NowRows = {
    evaluator,
    ...{ moreWatched: 0, moreRuns: 0 },
    watched: rows,
    runs: [],
    services: 1,
    quietServices: 0,
    unseenServices: 0,
  };
  return toNowView(nothing, {} as SystemStatus, dayZero + minute);
}

const heldBack = {
  slot: dayZero,
  verdict: 'suggest',
  wanted: 'roll_back',
  trigger: 'high_error_rate',
  restraints: ['the last attempt cools down for another 9:00'],
} as const;
const decided = { ...heldBack, restraints: [...heldBack.restraints] };

test('a firing trigger that does not roll back by itself says why', () => {
  const [row] = view(watched({ lastDecision: decided })).attention;
  expect(row).toMatchObject({
    restraints: heldBack.restraints,
    sentence: expect.stringMatching(/firing; not rolled back by itself: the last attempt cools down/),
  });
});

test('a rollback that waits for evidence says what it waits for', () => {
  const waits = {
    ...decided,
    verdict: 'wait' as const,
    restraints: ['it waits for evidence since 12:00:00 UTC'],
  };
  const [row] = view(watched({ lastDecision: waits })).attention;
  expect(row?.sentence).toMatch(
    /firing; not rolled back by itself: it waits for evidence since 12:00:00 UTC$/,
  );
});

test('what held an earlier firing back, or a rollback that is under way, is not said', () => {
  const earlier = { ...decided, slot: dayZero - minute };
  expect(view(watched({ lastDecision: earlier })).attention[0]?.restraints).toEqual([]);
  expect(view(watched({ lastDecision: decided, activeRunId: 'r1' })).attention[0]?.restraints).toEqual([]);
});

test('a rollback under way is its run, not one more deployment', () => {
  const rollback = aDeployment({ id: 'r1-rollback', origin: 'rollback' });
  expect(view(watched({ deployment: rollback, triggers: [] })).watched).toEqual([]);
  const completed = { ...rollback, status: 'completed' as const, watchEndsAt: dayZero + 9 * minute };
  expect(view(watched({ deployment: completed, triggers: [] })).watched).toHaveLength(1);
});

test('a watch that goes on after its window says why, and counts nothing down', () => {
  const over = { status: 'completed', completedAt: dayZero - 30 * minute, watchEndsAt: dayZero } as const;
  const row = watched({ deployment: aDeployment(over) });
  const beyond = 'watched beyond its window: high_error_rate still breaches';
  expect(view(row).attention[0]).toMatchObject({
    beyondWindow: beyond,
    sentence: expect.stringMatching(new RegExp(`firing; ${beyond}$`)),
  });
  expect(view(watched({ ...row, deployment: aDeployment() })).attention[0]?.beyondWindow).toBeNull();
});

test('a companion query in trouble is trouble of its trigger, in words', () => {
  const row = watched();
  const [judged] = row.triggers;
  const companion = {
    reading: { kind: 'no-data' },
    troubleSince: dayZero,
    troubleReason: 'it answers nothing',
  } as const;
  if (!judged?.state) throw new Error('the row has a judged trigger');
  const trigger = aTrigger({ minSamples: { query: 'count', atLeast: 20 } });
  const state = { ...judged.state, phase: 'inactive' as const, companion };
  const [shown] = view({ ...row, triggers: [{ trigger, state }] }).attention;
  expect(shown).toMatchObject({
    state: 'trouble',
    sentence:
      'a breach of high_error_rate cannot count: its companion query cannot be used (it answers nothing)',
    worst: {
      trouble: null,
      companion: {
        query: 'count',
        atLeast: 20,
        reading: { text: 'no data' },
        trouble: { reason: 'it answers nothing' },
      },
    },
  });
});

import {
  aBaseline,
  aDeployment,
  aService,
  aSnapshot,
  aTrigger,
  dayZero,
  imageOf,
  minute,
} from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import { triggerKind } from '../trigger/kinds/index.ts';
import { partAsked } from '../trigger/part.ts';
import type { Reading } from '../trigger/reading.ts';
import { shippedTriggers } from '../trigger/shipped-triggers.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import { decide, isNews, isNoted } from './decide.ts';
import type { Decision } from './decision.ts';
import { type DependencyEvidence, judgeGuardsAgain } from './guard.ts';
import { evidenceAsDependency, guardsOn, neededLookBacks } from './veto.ts';
import type { Watched } from './watched.ts';

const slot = dayZero + 10 * minute;

const firing = (over: Partial<RollbackTrigger> = {}, since = slot): JudgedTrigger => ({
  trigger: aTrigger(over),
  state: {
    ...initialTriggerState,
    phase: 'firing',
    since,
    heldMs: 2 * minute,
    lastSlot: slot,
    lastJudgedSlot: slot,
    lastBreachSlot: slot,
    reading: { kind: 'value', value: 0.082 },
    everFired: true,
  },
});

const watched = (over: Partial<Watched> = {}): Watched => ({
  deployment: aDeployment(),
  service: aService(),
  triggers: [],
  between: [],
  lastAttemptAt: null,
  activeRunId: null,
  isTakenBack: false,
  lastKnownGood: aBaseline(),
  lastDecision: null,
  acknowledgement: null,
  dependencyEvidence: [],
  ...over,
});

const value = (n: number): Reading => ({ kind: 'value', value: n });
const seenAs =
  (reading: Reading, samples: Reading | null = null, memory: Reading = value(12)) =>
  () => ({ reading, samples, memory });
const empty: Reading = { kind: 'no-data' };
const healthy = seenAs(value(0.01));
const silent = seenAs({ kind: 'unreachable', reason: 'HTTP 500' });
const intervalMs = 15_000;
const at = (slots: number) => ({ slot: slot + slots * intervalMs, intervalMs, standingMs: 4 * intervalMs });
const outcomeOf = (one: Watched, judged: JudgedTrigger[], seen = healthy) =>
  guardsOn(one, judged, seen, at(0)).get('high_error_rate')?.outcome;

describe('looking back', () => {
  it('asks what fires by itself, one slot before the start, for the version that served then', () => {
    const target = { kind: 'Deployment', name: 'web' } as const;
    const before = aSnapshot(imageOf('v1'), { podTemplateHash: 'old' });
    const after = aSnapshot(imageOf('v2'), { podTemplateHash: 'new' });
    const one = watched({
      deployment: aDeployment({ changes: [{ kind: 'workload', target, before, after }] }),
    });
    const judged = [
      firing(),
      firing({ name: 'shadowed', shadow: true }),
      firing({ name: 'suggested', severity: 'page_and_suggest' }),
    ];
    expect(neededLookBacks(one, judged, 15_000)).toMatchObject([
      {
        deploymentId: 'd2',
        trigger: { name: 'high_error_rate' },
        at: dayZero - 15_000,
        parts: [{ question: { variables: { SERVICE: 'web', POD_TEMPLATE_HASH: 'old' } } }],
        samples: null,
      },
    ]);
  });

  it.each<[string, Reading, string, Partial<RollbackTrigger>?]>([
    ['a breach before', value(0.2), 'objects'],
    ['health before', value(0.01), 'clear'],
    ['nothing there before', { kind: 'no-data' }, 'clear'],
    ['nothing there before, which is healthy', { kind: 'no-data' }, 'clear', { onNoData: 'healthy' }],
    ['nothing there before, which is a breach', { kind: 'no-data' }, 'objects', { onNoData: 'breach' }],
    ['no traffic before', { kind: 'not-a-number' }, 'clear'],
    ['no traffic, which is healthy', { kind: 'not-a-number' }, 'clear', { onNotANumber: 'healthy' }],
    ['a source that does not answer', { kind: 'unreachable', reason: 'timeout' }, 'waits'],
    ['many series', { kind: 'ambiguous', count: 2 }, 'waits'],
  ])('%s', (_words, reading, outcome, over = {}) => {
    expect(outcomeOf(watched(), [firing(over)], seenAs(reading))).toBe(outcome);
  });

  it.each<[string, Reading]>([
    ['that holds nothing of then', empty],
    ['that scraped nothing then', value(0)],
    ['that cannot say', { kind: 'unreachable', reason: 'HTTP 500' }],
  ])('waits where nothing was there before, of a source %s', (_words, memory) => {
    const guard = guardsOn(watched(), [firing()], seenAs(empty, null, memory), at(0)).get('high_error_rate');
    expect(guard).toMatchObject({ outcome: 'waits' });
    expect(guard?.reason).toContain('(no data, and nothing shows that its source listened then)');
  });

  it('does not veto for one failed request of one before, and waits where nobody knows of how many', () => {
    const judged = [firing({ minSamples: { query: 'count', atLeast: 20 } })];
    expect(outcomeOf(watched(), judged, seenAs(value(1), value(1)))).toBe('clear');
    expect(outcomeOf(watched(), judged, seenAs(value(1), value(20)))).toBe('objects');
    expect(outcomeOf(watched(), judged, seenAs(value(1), { kind: 'no-data' }))).toBe('waits');
    expect(outcomeOf(watched(), judged, seenAs(value(0), { kind: 'no-data' }))).toBe('clear');
  });

  it('waits for what was not asked at all', () => {
    expect(guardsOn(watched(), [firing()], () => null, at(0)).get('high_error_rate')?.outcome).toBe('waits');
  });
});

describe('looking back on a burn rate, whose windows remember hours', () => {
  const burns = shippedTriggers().filter(({ kind }) => kind === 'burn-rate');
  const start = aDeployment().startedAt;

  it.each<[string, number, [from: number, until: number], string]>([
    ['an incident that ended 20 minutes before', 0.5, [50, 20], 'clear'],
    ['one of an hour that ended two hours before', 1, [180, 120], 'clear'],
    ['a slow one that ended ten minutes before', 0.01, [360, 10], 'clear'],
    ['an incident that went on', 0.5, [20, 0], 'objects'],
    ['a slow one that went on', 0.01, [360, 0], 'objects'],
    ['a burst of half a minute', 0.5, [0.5, 0], 'clear'],
  ])('%s', (_words, share, [from, until], outcome) => {
    expect(burns).toHaveLength(1);
    const fired = burns.map((trigger) => ({ ...firing(), trigger }));
    const [asked] = neededLookBacks(watched(), fired, intervalMs);
    if (!asked) throw new Error('not asked');
    const parts = asked.parts.map(partAsked).map(({ name, overMs = 0 }) => {
      const begins = Math.max(start - from * minute, asked.at - overMs);
      const failedMs = Math.max(0, Math.min(start - until * minute, asked.at) - begins);
      return { name, overMs, reading: value((share * failedMs) / overMs) };
    });
    const reading = triggerKind(asked.trigger).judge(asked.trigger, parts);
    const guards = guardsOn(watched(), fired, seenAs(reading, value(2_000)), at(0));
    expect(guards.get('slo_burn_rate')?.outcome).toBe(outcome);
  });
});

describe('a dependency', () => {
  const dependency = (over: Partial<DependencyEvidence> = {}): DependencyEvidence => ({
    ...{ service: 'main/shop/payments', release: 7, trigger: 'high_error_rate' },
    ...{ startedAt: dayZero, watchClosedAt: null, stands: 'breaches', reason: null, readAt: slot },
    ...over,
  });
  const serving = { serves: true, watchClosedAt: slot - 60 * minute };
  it.each<[string, Partial<DependencyEvidence>, string]>([
    ['deployed in the same window', {}, 'objects'],
    ['deployed a little earlier', { startedAt: dayZero - 29 * minute }, 'objects'],
    ['deployed long before', { startedAt: dayZero - 31 * minute }, 'clear'],
    ['taken back a moment ago', { watchClosedAt: slot - minute }, 'objects'],
    ['taken back longer ago than the cooldown', { watchClosedAt: slot - 6 * minute }, 'clear'],
    ['quiet', { stands: 'quiet' }, 'clear'],
    ['quiet two slots ago', { stands: 'quiet', readAt: slot - 2 * intervalMs }, 'clear'],
    ['quiet when it was last asked, long ago', { stands: 'quiet', readAt: slot - 3 * intervalMs }, 'waits'],
    [
      'quiet when its watch was closed',
      { stands: 'quiet', readAt: 0, watchClosedAt: slot - minute },
      'clear',
    ],
    ['closed long ago, but serving and in breach', { ...serving }, 'objects'],
    ['serving, and deployed long before', { ...serving, startedAt: dayZero - 31 * minute }, 'clear'],
    [
      'serving and quiet two turns ago',
      { ...serving, stands: 'quiet', readAt: slot - 8 * intervalMs },
      'clear',
    ],
    ['serving and quiet, long ago', { ...serving, stands: 'quiet', readAt: slot - 9 * intervalMs }, 'waits'],
    ['not to be read', { stands: 'unreadable', reason: 'timeout' }, 'waits'],
    [
      'not to be read, deployed long before',
      { stands: 'unreadable', reason: 'timeout', startedAt: dayZero - 31 * minute },
      'clear',
    ],
  ])('%s', (_words, over, outcome) => {
    expect(outcomeOf(watched({ dependencyEvidence: [dependency(over)] }), [firing()])).toBe(outcome);
  });

  it('objects with what breaches, though another one cannot be read', () => {
    const evidence = [dependency({ stands: 'unreadable', reason: 'timeout' }), dependency()];
    expect(outcomeOf(watched({ dependencyEvidence: evidence }), [firing()])).toBe('objects');
  });

  const calm = { ...initialTriggerState, phase: 'inactive' as const, lastSlot: slot };
  it.each<[string, Partial<RollbackTrigger>, TriggerState | null, string | undefined]>([
    ['loud', {}, firing().state, 'breaches'],
    ['only logged', { severity: 'log_only' }, firing().state, undefined],
    ['a shadow', { shadow: true }, firing().state, undefined],
    ['calm', {}, { ...calm, reading: value(0) }, 'quiet'],
    ['never asked', {}, null, 'unreadable'],
    ['warming up', { initialDelayMs: 60 * minute }, null, undefined],
    ['empty', {}, { ...calm, reading: { kind: 'no-data' } }, 'unreadable'],
    ['empty, which is healthy', { onNoData: 'healthy' }, { ...calm, reading: { kind: 'no-data' } }, 'quiet'],
    [
      'empty, which was judged healthy',
      {},
      { ...calm, reading: { kind: 'no-data' }, lastJudgedSlot: slot },
      'quiet',
    ],
    ['not answered', {}, { ...calm, reading: { kind: 'unreachable', reason: 'x' } }, 'unreadable'],
    ['ambiguous', {}, { ...calm, reading: { kind: 'ambiguous', count: 3 } }, 'unreadable'],
  ])('stands by a trigger that is %s', (_words, trigger, state, stands) => {
    const states = new Map(state ? [['high_error_rate', state]] : []);
    const [evidence] = evidenceAsDependency(aDeployment(), [aTrigger(trigger)], states, slot, {
      isNewest: true,
    });
    expect(evidence?.stands).toBe(stands);
  });
});

it.each<[string, number | null, Partial<TriggerState>, RollbackTrigger | null, string]>([
  ['was cured by a rollback', slot - minute, { since: slot }, null, 'breaches'],
  [
    'was in breach until then, and never fired',
    slot - minute,
    { since: slot, everFired: false },
    null,
    'breaches',
  ],
  [
    'was unknown until then',
    slot - minute,
    { since: slot, everFired: false, lastBreachSlot: null },
    null,
    'quiet',
  ],
  ['had recovered before it', slot - minute, { since: slot - 2 * minute }, null, 'quiet'],
  ['recovered without one', null, { since: slot }, null, 'quiet'],
  [
    'was not asked before it',
    slot - minute,
    { since: slot },
    aTrigger({ initialDelayMs: 10 * minute }),
    'quiet',
  ],
])('a dependency that %s', (_words, takenBackAt, over, trigger, stands) => {
  const state = { ...firing().state, phase: 'inactive' as const, reading: value(0), ...over };
  const [evidence] = evidenceAsDependency(
    aDeployment({ watchClosedAt: slot - minute }),
    [trigger ?? aTrigger()],
    new Map([['high_error_rate', state]]),
    slot,
    { isNewest: false, takenBack: takenBackAt === null ? null : { at: takenBackAt, until: slot } },
  );
  expect(evidence?.stands).toBe(stands);
});

const { cooldownMs } = aService().policy;

it.each<[string, number, number | null, string]>([
  ['has been at work for longer than it', slot - 2 * cooldownMs, null, 'objects'],
  ['began after its watch was closed', slot - minute, null, 'objects'],
  ['ended within it', slot - 2 * cooldownMs, slot - cooldownMs + 1, 'objects'],
  ['ended before it', slot - 2 * cooldownMs, slot - cooldownMs, 'clear'],
])('a standing dependency objects for the cooldown, when its rollback %s', (_words, at, until, outcome) => {
  const dependency = aDeployment({ service: 'api', watchClosedAt: slot - 40 * minute });
  const states = new Map([['high_error_rate', firing().state]]);
  const dependencyEvidence = evidenceAsDependency(dependency, [aTrigger()], states, slot, {
    isNewest: false,
    takenBack: { at, until },
  });
  expect(outcomeOf(watched({ dependencyEvidence }), [firing()])).toBe(outcome);
});

describe('evidence that stays away', () => {
  /** Decides slot by slot as the evaluator does; returns what is said. */
  function play(
    answers: (slots: number) => ReturnType<typeof seenAs>,
    policy: Partial<Watched['service']['policy']> = {},
    judgedAt: (slots: number) => JudgedTrigger[] = () => [firing()],
  ) {
    const stored: Decision[] = [];
    let lastDecision: Decision | null = null;
    for (let slots = 0; slots < 8; slots += 1) {
      const service = aService({ policy: { ...aService().policy, ...policy } });
      const one = watched({ service, lastDecision });
      const judged = judgedAt(slots);
      const guards = guardsOn(one, judged, answers(slots), at(slots));
      const decision: Decision = decide({
        ...{ watched: one, judged, slot: at(slots).slot, id: `${slots}`, guards },
      });
      const news = isNews(decision, one.lastDecision, judged);
      if (news) stored.push(decision);
      if (news || isNoted(decision, one.lastDecision)) lastDecision = decision;
      if (decision.verdict === 'roll_back') break;
    }
    return stored;
  }
  const said = (stored: Decision[]) => stored.map(({ id, verdict }) => `${id} ${verdict}`);

  it('holds for two slots, then suggests and stays at that, whatever is answered later', () => {
    const stored = play((slots) => (slots < 4 ? silent : healthy));
    expect(said(stored)).toEqual(['0 wait', '2 suggest']);
    expect(stored.map(({ sentence }) => sentence)).toEqual([
      'high_error_rate 8.2 % > 5 % for 2 min (needed 2 min): not rolled back to v1 (release 1) yet, because it waits for evidence since 12:10:00 UTC: whether it breached before this deployment started cannot be read (could not ask: HTTP 500); at 12:10:30 UTC a rollback is suggested instead unless that can be read by then. You can roll back now.',
      'high_error_rate 8.2 % > 5 % for 2 min (needed 2 min): a rollback to v1 (release 1) is suggested. Not by itself: whether it breached before this deployment started cannot be read (could not ask: HTTP 500); it was waited for 30 s, since 12:10:00 UTC, so it does not act by itself on this breach any more: check that and roll back yourself.',
    ]);
    for (const one of stored) expect(judgeGuardsAgain(one)).toEqual(one.guards);
  });

  it('decides as usual when it arrives in time', () => {
    expect(said(play((slots) => (slots < 1 ? silent : healthy)))).toEqual(['0 wait', '1 roll_back']);
    expect(said(play((slots) => (slots < 1 ? silent : seenAs(value(0.2)))))).toEqual(['0 wait', '1 suggest']);
  });

  it('is counted from the first slot, though it comes and goes and nobody judged in between', () => {
    const unsure = (slots: number) => (slots === 1 ? [{ ...firing(), state: stale }] : [firing()]);
    const stale = { ...firing().state, lastSlot: slot + intervalMs };
    expect(said(play(() => silent, {}, unsure))).toEqual(['0 wait', '1 suggest', '2 suggest']);
  });

  it('is waited for anew when the trigger fires anew', () => {
    const again = (slots: number) => [firing({}, slots < 4 ? slot : at(4).slot)];
    expect(said(play(() => silent, {}, again))).toEqual(['0 wait', '2 suggest', '4 wait', '6 suggest']);
  });

  it('suggests when it said, though another trigger has begun to wait since', () => {
    const judged = (slots: number) => [
      firing(),
      ...(slots < 1 ? [] : [firing({ name: 'crash_loop' }, at(1).slot)]),
    ];
    const stored = play(() => silent, {}, judged);
    expect(stored.map(({ id, verdict, trigger }) => `${id} ${verdict} ${trigger}`)).toEqual([
      '0 wait high_error_rate',
      '2 suggest high_error_rate',
    ]);
  });

  it('is counted for each trigger from when it fires, whoever else has given up', () => {
    const judged = (slots: number) => [
      firing(),
      ...(slots < 3 ? [] : [firing({ name: 'crash_loop' }, at(3).slot)]),
    ];
    expect(said(play((slots) => (slots < 6 ? silent : healthy), {}, judged))).toEqual([
      '0 wait',
      '2 suggest',
    ]);
    expect(said(play((slots) => (slots < 4 ? silent : healthy), {}, judged))).toEqual([
      ...['0 wait', '2 suggest', '4 roll_back'],
    ]);
  });

  it('is said of another trigger once the one that was spoken of has resolved', () => {
    const other = firing({ name: 'crash_loop' }, at(1).slot);
    const judged = (slots: number) => [...(slots < 2 ? [firing()] : []), ...(slots < 1 ? [] : [other])];
    expect(
      play(() => silent, {}, judged).map(({ id, verdict, trigger }) => `${id} ${verdict} ${trigger}`),
    ).toEqual(['0 wait high_error_rate', '2 wait crash_loop', '3 suggest crash_loop']);
  });

  it('goes on for another trigger when one has given up', () => {
    const judged = (slots: number) => [
      firing(),
      ...(slots < 2 ? [] : [firing({ name: 'crash_loop' }, at(2).slot)]),
    ];
    const stored = play((slots) => (slots < 3 ? silent : healthy), {}, judged);
    expect(stored.map(({ id, verdict, trigger }) => `${id} ${verdict} ${trigger}`)).toEqual([
      '0 wait high_error_rate',
      '2 suggest high_error_rate',
      '3 roll_back crash_loop',
    ]);
  });

  it.each<[string, Partial<Watched['service']['policy']>, string[]]>([
    ['act', { withoutEvidence: 'act' }, ['0 wait', '2 roll_back']],
    ['act at once', { withoutEvidence: 'act', evidenceWaitSlots: 0 }, ['0 roll_back']],
    ['wait without end', { withoutEvidence: 'wait' }, ['0 wait']],
    ['suggest at once', { evidenceWaitSlots: 0 }, ['0 suggest']],
    ['suggest late', { evidenceWaitSlots: 5 }, ['0 wait', '5 suggest']],
  ])('lets the policy %s', (_words, policy, expected) => {
    expect(said(play(() => silent, policy))).toEqual(expected);
  });

  it('says what it acts without', () => {
    const acted = play(() => silent, { withoutEvidence: 'act' }).at(-1);
    expect(acted?.sentence).toMatch(
      /rolling back to v1 \(release 1\)\. Although whether it breached .* cannot be read/,
    );
  });

  it('does not hold back another trigger that knows', () => {
    const judged = () => [firing({}, slot - minute), firing({ name: 'crash_loop' })];
    const of = (slots: number) => (slots < 9 ? silent : healthy);
    const guards = guardsOn(
      watched(),
      judged(),
      (name) => (name === 'crash_loop' ? healthy() : of(0)()),
      at(0),
    );
    expect(decide({ watched: watched(), judged: judged(), slot, id: 'x', guards })).toMatchObject({
      verdict: 'roll_back',
      trigger: 'crash_loop',
    });
  });
});

describe('the decision', () => {
  it('suggests with the evidence when the trigger is vetoed', () => {
    const guards = guardsOn(watched(), [firing()], seenAs(value(0.2)), at(0));
    expect(decide({ watched: watched(), judged: [firing()], slot, id: 'x', guards })).toMatchObject({
      verdict: 'suggest',
      wanted: 'roll_back',
      sentence:
        'high_error_rate 8.2 % > 5 % for 2 min (needed 2 min): a rollback to v1 (release 1) is suggested. Not by itself: it breached before this deployment started (20 %), so this release is probably not the cause.',
    });
  });

  it('rolls back for another trigger that is not', () => {
    const judged = [firing({}, slot - minute), firing({ name: 'crash_loop' })];
    const guards = guardsOn(
      watched(),
      judged,
      (name) => (name === 'crash_loop' ? healthy() : seenAs(value(0.2))()),
      at(0),
    );
    expect(decide({ watched: watched(), judged, slot, id: 'x', guards })).toMatchObject({
      verdict: 'roll_back',
      trigger: 'crash_loop',
      restraints: [],
    });
  });
});

import {
  aBaseline,
  aDeployment,
  aService,
  aTrigger,
  dayZero,
  minute,
} from '@lastgood/testkit/scenario/builders';
import { expect, it } from 'vitest';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import { type BurnRateTrigger, burnFrame } from '../trigger/kinds/burn-rate/declared.ts';
import { comparison } from '../trigger/kinds/comparison/comparison.ts';
import type { TriggerPart } from '../trigger/part.ts';
import { readingInOwnWords, readingInWords, valueInWords } from '../trigger/reading-in-words.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import { checkOfTrigger, trigger as triggerCheck } from '../verification/checks/trigger.ts';
import { decide, evidenceOf } from './decide.ts';
import { judgeGuard, type LookedBack } from './guard.ts';
import { restraintEvidence } from './restraint-evidence.ts';
import type { Watched } from './watched.ts';

const { query: _query, ...frame } = aTrigger({ name: 'slo', forMs: 0 });
const slo: BurnRateTrigger = {
  ...frame,
  ...burnFrame([{ rate: 14.4, longMs: 60 * minute, shortMs: 5 * minute }]),
  query: 'failed[$WINDOW] / all[$WINDOW]',
  objective: 0.999,
};
const reading = { kind: 'value', value: 22 / 14.4 } as const;
const value = (of: number) => ({ kind: 'value', value: of }) as const;
const parts: TriggerPart[] = [
  { name: '1 long', overMs: 60 * minute, reading: value(0.022) },
  { name: '1 short', overMs: 5 * minute, reading: value(0.03) },
];
const said = 'burns 22× over 1 h and 30× over 5 m, > 14.4×';
const limit = '> 14.4× over 1 h and 5 m';

it('says a share of a limit in the words of its kind, with the parts and without', () => {
  expect(readingInWords(slo, reading, parts)).toBe(said);
  expect(readingInOwnWords(slo, reading, parts)).toBe(said);
  expect(readingInOwnWords(slo, { kind: 'no-data' })).toBe(`no data, fires at ${limit}`);
  expect(valueInWords(slo, value(0.37))).toBe('burns 37 % of what it may');
  expect(valueInWords(slo, value(1.53))).toBe('burns 153 % of what it may');
});

it('leaves alone what its threshold says', () => {
  expect(readingInWords(aTrigger(), value(0.082))).toBe('8.2 %');
  expect(valueInWords(aTrigger(), value(0.082))).toBe('8.2 %');
  expect(readingInOwnWords(aTrigger(), value(0.082))).toBeNull();
});

it('says so of the time before the deployment', () => {
  const facts = { trigger: 'slo', slot: dayZero, firedAt: dayZero, dependencies: [], waitMs: minute };
  const lookBack = { reading, parts, samples: null, memory: value(1) };
  const guard = judgeGuard(slo, { ...facts, withoutEvidence: 'suggest', unknownSince: null, lookBack });
  expect(guard.reason).toBe(
    `it breached before this deployment started (${said}), so this release is probably not the cause`,
  );
});

it('says so of what was seen when it was checked again', () => {
  const check = checkOfTrigger(slo, minute);
  expect(triggerCheck.expected(check)).toBe(`not ${limit}`);
  expect(triggerCheck.judge(check, { parts, samples: null })).toEqual({
    ...{ kind: 'seen', pass: false, actual: said },
  });
});

it('keeps it with the evidence, alike whether the parts of what is at rest are there or not', () => {
  const firing = { ...initialTriggerState, phase: 'firing', reading, parts } as const;
  expect(evidenceOf({ trigger: slo, state: firing }).words).toBe(said);
  const { words: _words, ...atRest } = {
    ...firing,
    phase: 'inactive',
    reading: value(0.1),
    words: '',
  } as const;
  const { parts: _parts, ...packed } = atRest;
  const quiet = evidenceOf({ trigger: slo, state: atRest });
  expect(quiet.words).toBe(`burns 10 % of what it may, fires at ${limit}`);
  expect(evidenceOf({ trigger: slo, state: packed })).toEqual(quiet);
  expect(evidenceOf({ trigger: aTrigger(), state: firing })).not.toHaveProperty('words');
});

it('tells what a comparison saw before the deployment with its counts as counts', () => {
  const { threshold: _threshold, comparison: _comparison, unit: _unit, ...common } = frame;
  const slower = comparison.accept(
    {
      query: 'spent{v="$REVISION"}[$WINDOW]',
      against: 'old_version',
      minEffect: 1.5,
      floor: 0.01,
      unit: 's',
    },
    common,
  );
  const side = (name: string, of: number): TriggerPart => {
    const samples = Array.from({ length: 15 }, (_, index) => of * (1 + index / 1000));
    return { name, reading: value(samples.length), samples: [samples] };
  };
  const sides = [side('new', 0.1), side('old', 0.1)];
  expect(lookedBackOn(slower, { reading: comparison.judge(slower, sides), parts: sides })).toEqual([
    "before the deployment: not higher than the old version's by more than chance (0.1 s against 0.1 s, p = 0.52), fires at > 1.5× the old version's",
    'New version, then: 0.1 s, median of 15 samples',
    'Old version, then: 0.1 s, median of 15 samples',
    'Pairs in which the new version is higher, then: 50 %',
    'Chance, then: p = 0.52, fires <= 0.01',
  ]);
  expect(lookedBackOn(slo, { reading, parts })).toEqual([
    `before the deployment: ${said}`,
    'Burn over 1 h, then: 22×, fires > 14.4×',
    'Burn over 5 m, then: 30×, fires > 14.4×',
  ]);
});

/** What an explanation tells of a look into the time before. */
function lookedBackOn(trigger: RollbackTrigger, seen: Pick<LookedBack, 'reading' | 'parts'>): string[] {
  const state = { ...initialTriggerState, phase: 'firing', everFired: true, reading: seen.reading } as const;
  const facts = { trigger: trigger.name, slot: dayZero, firedAt: dayZero, dependencies: [], waitMs: minute };
  const lookBack = { ...seen, samples: null, memory: value(1) };
  const guard = judgeGuard(trigger, { ...facts, withoutEvidence: 'suggest', unknownSince: null, lookBack });
  const watched: Watched = {
    ...{ deployment: aDeployment(), service: aService(), triggers: [{ trigger, state }], between: [] },
    ...{ lastAttemptAt: null, activeRunId: null, isTakenBack: false, lastKnownGood: aBaseline() },
    ...{ lastDecision: null, acknowledgement: null, dependencyEvidence: [] },
  };
  const judged = [{ trigger, state }];
  const guards = new Map([[trigger.name, guard]]);
  const decided = decide({ watched, judged, slot: dayZero, id: 'x', guards });
  const restraints = {
    ...{ deployment: watched.deployment, policy: watched.service.policy, lastKnownGood: null, between: [] },
    ...{ lastAttemptAt: null, lastAttemptRunId: null, activeRunId: null, isTakenBack: false },
  };
  const basis = { version: 1, asked: [], veto: null, brakes: null, notDue: [], restraints } as const;
  const evidence = restraintEvidence({
    ...{ ...decided, wanted: 'roll_back', guards: [guard] },
    basis: { ...basis, asked: [], notDue: [] },
  });
  return evidence.find(({ kind }) => kind === 'veto')?.facts ?? [];
}

import { aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { expect, it } from 'vitest';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import { type BurnRateTrigger, burnFrame } from '../trigger/kinds/burn-rate/declared.ts';
import type { TriggerPart } from '../trigger/part.ts';
import { readingInOwnWords, readingInWords, valueInWords } from '../trigger/reading-in-words.ts';
import { checkOfTrigger, trigger as triggerCheck } from '../verification/checks/trigger.ts';
import { evidenceOf } from './decide.ts';
import { judgeGuard } from './guard.ts';

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

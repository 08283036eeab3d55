import { formatSpan, formatValue } from '../../format.ts';
import type { TriggerKind } from '../trigger-kind.ts';
import { overWindowInPlace } from '../window.ts';
import {
  type ComparisonTrigger,
  type Declared,
  defaults,
  limitOf,
  members,
  samplesNeeded,
} from './declared.ts';
import { judgeSides } from './judge.ts';
import { lintDeclared } from './lint.ts';
import { alignmentOf, sidesOf } from './sides.ts';
import { describeSides, limitInWords, sideParts } from './words.ts';

/*
 * The new version against the old one, or against the time before its deployment: the test of Mann and Whitney over samples of both.
 * It breaches where a difference is more than chance *and* the medians differ by as much as declared: with many samples a difference
 * that nobody minds is significant, too. While there are too few samples to tell, it says so and is never healthy.
 *
 * After a rollback it is not asked whether it is over: what it compared is gone.
 */
export const comparison: TriggerKind<ComparisonTrigger, Declared> = {
  kind: 'comparison',
  summary:
    'The new version against the old one, or against the time before: whether it differs by more than chance.',
  members,
  overridable: {
    minEffect: { title: 'effect', words: limitInWords },
    floor: { title: 'floor', words: ({ floor, valueUnit }) => formatValue(floor, valueUnit) },
    significance: { title: 'significance', words: ({ significance }) => String(significance) },
    window: { title: 'window', words: ({ windowMs }) => formatSpan(windowMs) },
    samples: { title: 'samples', words: ({ samples }) => String(samples) },
    forDuration: { title: 'lasting', words: ({ forMs }) => formatSpan(forMs) },
  },
  lint: lintDeclared,
  accept(declared, common) {
    const { window, interval, forDuration, unit, floor = 0, ...same } = { ...defaults, ...declared };
    const own = { ...same, floor };
    const intervalMs = interval * 1000;
    const soonestMs = samplesNeeded(own) * intervalMs + alignmentOf(intervalMs);
    return {
      ...common,
      ...own,
      ...{ kind: 'comparison', windowMs: window * 1000, intervalMs, valueUnit: unit },
      ...{ ...limitOf(own), forMs: forDuration * 1000, unit: own.effect === 'ratio' ? 'x' : unit },
      initialDelayMs: Math.max(common.initialDelayMs, soonestMs),
    };
  },
  declare: ({ query, against, direction, effect, minEffect, floor, significance, ...trigger }) => ({
    ...{ query, against, direction, effect, minEffect, significance },
    ...(effect === 'ratio' ? { floor } : {}),
    ...{ window: trigger.windowMs / 1000, interval: trigger.intervalMs / 1000, samples: trigger.samples },
    ...{ forDuration: trigger.forMs / 1000, unit: trigger.valueUnit },
  }),
  queries: ({ query, windowMs, intervalMs, valueUnit }) => [
    {
      ...{ member: 'query', title: '', declared: query, unit: valueUnit },
      template: overWindowInPlace(query, intervalMs),
      range: { fromMs: (Math.floor(windowMs / intervalMs) - 1) * intervalMs, stepMs: intervalMs },
    },
  ],
  ask: sidesOf,
  tellsWhetherOver: false,
  judge: judgeSides,
  keepsParts: true,
  words: sideParts,
  limit: limitInWords,
  describe: describeSides,
};

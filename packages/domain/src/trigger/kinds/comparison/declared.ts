import { type Static, Type } from 'typebox';
import { Count, Measured, Query, Seconds, span, Text } from '../../../bounds.ts';
import type { TriggerFrame } from '../../trigger-frame.ts';
import { leastSamples } from './least-samples.ts';
import type { Alternative } from './mann-whitney.ts';

/** What the new version is compared with. */
export type Against = 'old_version' | 'before_deployment';

export type Direction = 'increase' | 'decrease' | 'either';

export interface ComparisonTrigger extends TriggerFrame {
  kind: 'comparison';
  /** The number that is compared, each sample over `$WINDOW`. */
  query: string;
  against: Against;
  direction: Direction;
  /** How a difference is measured: the medians divided, or subtracted. */
  effect: 'ratio' | 'difference';
  /** As it was declared; see `threshold` for what the reading is held against. */
  minEffect: number;
  /** A median below it counts as this, so that a ratio to nothing is a number. 0 where the effect is a difference. */
  floor: number;
  /** How likely chance may be to make such a difference. */
  significance: number;
  windowMs: number;
  /** How far apart samples are, and over how much time each is. */
  intervalMs: number;
  /** It does not judge by fewer of either side. */
  samples: number;
  /** Unit of what the query answers. */
  valueUnit: string;
}

/** Durations in seconds. */
export const defaults = {
  direction: 'increase',
  effect: 'ratio',
  significance: 0.01,
  samples: 8,
  window: 900,
  interval: 60,
  forDuration: 60,
  unit: '',
} as const;

/** More samples tell little more, and are kept with every reading. */
export const mostOfEach = 60;

export const members = {
  query: Query({
    description:
      'PromQL for the number that is compared, with $WINDOW as its range: histogram_quantile(0.99, sum by (le) (rate(x_bucket{pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"}[$WINDOW]))). $WINDOW is the interval, so that no two samples share data.',
  }),
  against: Type.Enum(['old_version', 'before_deployment'], {
    type: 'string',
    description:
      'old_version: that which the deployment replaces, while both run (a canary, a blue-green switch); its query has $POD_TEMPLATE_HASH or $REVISION, asked with those of the old version. It says nothing any more once the old version has stopped. before_deployment: the same query over as long a time until the deployment started.',
  }),
  direction: Type.Optional(
    Type.Enum(['increase', 'decrease', 'either'], { type: 'string', description: 'Default: increase.' }),
  ),
  effect: Type.Optional(
    Type.Enum(['ratio', 'difference'], {
      type: 'string',
      description: 'How medians are compared: divided, or subtracted. Default: ratio.',
    }),
  ),
  minEffect: Measured({
    minimum: 0,
    description:
      'How large the effect must be. As a ratio: 1.5 fires above 1.5 times the old median, 0.8 with decrease below 0.8 times. As a difference: in the unit of the query.',
  }),
  floor: Type.Optional(
    Measured({
      minimum: 0,
      description:
        'Needed for a ratio: a median below it counts as this, so that a ratio to 0 is a number and one to nearly 0 is no alarm. The least value that matters, such as 0.01 of an error ratio.',
    }),
  ),
  significance: Type.Optional(
    Type.Number({
      minimum: 1e-6,
      maximum: 0.1,
      description: 'How likely chance may be to make such a difference. Default 0.01.',
    }),
  ),
  window: Type.Optional(
    Seconds(30, span.day, { description: 'How far samples go back, in seconds. Default 900.' }),
  ),
  interval: Type.Optional(
    Seconds(5, span.hour, {
      description: 'Seconds between two samples; four scrapes and more. Default 60.',
    }),
  ),
  samples: Type.Optional(
    Count(1, mostOfEach, { description: 'The fewest samples of each side that are judged. Default 8.' }),
  ),
  forDuration: Type.Optional(
    Seconds(0, span.day, { description: 'Seconds the breach must last. Default 60.' }),
  ),
  unit: Type.Optional(Text(20, { description: 'Unit of what the query answers: ratio, s, rps.' })),
};

export type Declared = Static<ReturnType<typeof Type.Object<typeof members>>>;

export function alternativeOf(direction: Direction): Alternative {
  if (direction === 'either') return 'either';
  return direction === 'increase' ? 'greater' : 'less';
}

/** The fewest samples of each side with which it judges: as declared, and never fewer than can show a difference. */
export function samplesNeeded({
  samples,
  significance,
  direction,
}: Pick<ComparisonTrigger, 'samples' | 'significance' | 'direction'>): number {
  return Math.max(samples, leastSamples(significance, alternativeOf(direction)));
}

/** What the reading is held against. */
export function limitOf({
  direction,
  effect,
  minEffect,
}: Pick<ComparisonTrigger, 'direction' | 'effect' | 'minEffect'>): Pick<
  TriggerFrame,
  'threshold' | 'comparison'
> {
  if (direction !== 'decrease') return { threshold: minEffect, comparison: 'greater_than' };
  return { threshold: effect === 'ratio' ? minEffect : -minEffect, comparison: 'less_than' };
}

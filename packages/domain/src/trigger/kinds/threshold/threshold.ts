import { type Static, Type } from 'typebox';
import { Measured, Query, Seconds, span, Text } from '../../../bounds.ts';
import { formatSpan, formatValue } from '../../format.ts';
import { readingOf } from '../../part.ts';
import { type TriggerFrame, variablesInWords } from '../../trigger-frame.ts';
import type { TriggerKind } from '../trigger-kind.ts';

const members = {
  query: Query({ description: `PromQL. Filled in are ${variablesInWords}.` }),
  threshold: Measured(),
  comparison: Type.Enum(['greater_than', 'less_than'], { type: 'string' }),
  forDuration: Seconds(0, span.day, { description: 'Seconds the breach must last. 0 fires at once.' }),
  unit: Type.Optional(
    Text(20, { description: 'Unit of value and threshold, for people: ratio, s, restarts, x.' }),
  ),
};

type Declared = Static<ReturnType<typeof Type.Object<typeof members>>>;

/** One query, and the number that it answers. What was stored before there were kinds names none. */
export interface ThresholdTrigger extends TriggerFrame {
  kind?: 'threshold';
  /** In the language of the metric source, with placeholders such as `$SERVICE`; see `triggerVariables`. */
  query: string;
}

const own = 'query';

export const threshold: TriggerKind<ThresholdTrigger, Declared> = {
  kind: 'threshold',
  summary: 'One query whose answer is held against a threshold.',
  members,
  overridable: {
    threshold: {
      title: 'threshold',
      words: ({ threshold: limit, unit }) => formatValue(limit, unit),
    },
    forDuration: { title: 'lasting', words: ({ forMs }) => formatSpan(forMs) },
  },
  lint: () => [],
  accept: ({ forDuration, unit = '', ...same }, common) => ({
    ...common,
    ...same,
    unit,
    forMs: forDuration * 1000,
  }),
  declare: ({ query, threshold: limit, comparison, forMs, unit }) => ({
    query,
    threshold: limit,
    comparison,
    forDuration: forMs / 1000,
    unit,
  }),
  queries: ({ query, unit }) => [{ member: 'query', title: '', declared: query, template: query, unit }],
  ask: ({ query }, { variables }) => [{ name: own, question: { template: query, variables } }],
  judge: (_trigger, parts) => readingOf(parts, own),
  keepsParts: false,
  words: () => [],
  limit: () => null,
  describe: () => null,
};

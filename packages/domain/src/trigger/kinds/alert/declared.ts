import { type Static, Type } from 'typebox';
import { mostTold } from '../../../alert/told-alert.ts';
import { Measured, Seconds, span } from '../../../bounds.ts';
import { type TriggerFrame, variablesInWords } from '../../trigger-frame.ts';

/** An alert that somebody else evaluates and tells Lastgood of. */
export interface AlertTrigger extends TriggerFrame {
  kind: 'alert';
  /** The configured name of whoever tells of it. May hold placeholders, as its labels. */
  source: string;
  labels: Record<string, string>;
  withinMs: number;
}

/** Durations in seconds. */
export const defaults = {
  source: 'main',
  within: 300,
  threshold: 0,
  comparison: 'greater_than',
  forDuration: 0,
} as const;

/** Three times as long as from one word to the next, where the route repeats each minute: two may be lost. In seconds. */
const leastWithin = 180;

/** What is asked for by name is known by few labels. */
const mostLabels = 20;

/** As in Prometheus: https://prometheus.io/docs/concepts/data_model/ */
const labelName = '^[a-zA-Z_][a-zA-Z0-9_]*$';

const filled = `Filled in are ${variablesInWords}.`;

export const members = {
  labels: Type.Unsafe<Record<string, string>>({
    type: 'object',
    minProperties: 1,
    maxProperties: mostLabels,
    propertyNames: { type: 'string', minLength: 1, maxLength: mostTold.labelName, pattern: labelName },
    additionalProperties: { type: 'string', minLength: 1, maxLength: mostTold.labelValue },
    description: `Which alerts: those that have all of these labels with exactly these values, such as {"alertname": "HighErrorRate", "service": "$SERVICE"}. ${filled}`,
  }),
  source: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 63,
      pattern: '^[a-z0-9$][A-Za-z0-9_{}$-]*$',
      description: `The name that whoever tells of them has under "signals" in the configuration. Default: main. ${filled}`,
    }),
  ),
  within: Type.Optional(
    Seconds(leastWithin, span.hour, {
      description:
        'For how many seconds what was told counts: three times as long as from one word to the next, and more: 180 and more where it is told each minute. Default 300.',
    }),
  ),
  threshold: Type.Optional(
    Measured({ description: 'Held against how many of these alerts fire. Default 0.' }),
  ),
  comparison: Type.Optional(
    Type.Enum(['greater_than', 'less_than'], { type: 'string', description: 'Default greater_than.' }),
  ),
  forDuration: Type.Optional(
    Seconds(0, span.day, {
      description:
        'Seconds that it must last here, beside what the alert has waited by itself. Default 0: it fires at once.',
    }),
  ),
};

export type Declared = Static<ReturnType<typeof Type.Object<typeof members>>>;

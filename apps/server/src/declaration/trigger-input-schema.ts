import { type Static, Type } from 'typebox';
import { literals, named, ref, strict } from '../wire/named.ts';

export const Severity = literals(['auto_rollback', 'page_and_suggest', 'log_only']);

export const Comparison = literals(['greater_than', 'less_than']);

const NoNumber = literals(['hold', 'healthy', 'breach']);

const Kind = literals(['Deployment', 'StatefulSet', 'DaemonSet']);

/** A trigger as teams write it. Durations in seconds. */
export const TriggerInput = named(
  'TriggerInput',
  strict({
    name: Type.String({ pattern: '^[a-z][a-z0-9_-]{0,62}$' }),
    query: Type.String({
      minLength: 1,
      maxLength: 10_000,
      description: 'PromQL; placeholders like $SERVICE are filled in.',
    }),
    threshold: Type.Number(),
    comparison: Comparison,
    forDuration: Type.Number({
      minimum: 0,
      maximum: 86_400,
      description: 'Seconds the breach must last. 0 fires at once.',
    }),
    severity: Severity,
    unit: Type.Optional(
      Type.String({
        maxLength: 20,
        description: 'Unit of value and threshold, for people: ratio, s, restarts, x.',
      }),
    ),
    description: Type.Optional(Type.String({ maxLength: 500 })),
    onNoData: Type.Optional(NoNumber),
    onNotANumber: Type.Optional(NoNumber),
    initialDelay: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 86_400,
        description: 'Seconds after the start without evaluation.',
      }),
    ),
    keepFiringFor: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 86_400,
        description: 'Seconds it keeps firing after the last breach.',
      }),
    ),
    minSamples: Type.Optional(
      strict({ query: Type.String({ minLength: 1 }), atLeast: Type.Number({ minimum: 0 }) }),
    ),
    shadow: Type.Optional(Type.Boolean({ description: 'Everything but the act.' })),
    workloadKinds: Type.Optional(Type.Array(Kind, { minItems: 1 })),
  }),
);
export type TriggerInput = Static<typeof TriggerInput>;

export const TriggerSetInput = named(
  'TriggerSetInput',
  strict({
    description: Type.Optional(Type.String({ maxLength: 500 })),
    triggers: Type.Array(ref(TriggerInput), { maxItems: 50 }),
  }),
);
export type TriggerSetInput = Static<typeof TriggerSetInput>;

import { Type } from 'typebox';
import { Instant, literals, named, nullable, ref, strict } from './named.ts';

export const Severity = literals(['auto_rollback', 'page_and_suggest', 'log_only']);
export const Comparison = literals(['greater_than', 'less_than']);
const NoNumber = literals(['hold', 'healthy', 'breach']);
const Kind = literals(['Deployment', 'StatefulSet', 'DaemonSet']);

/** A trigger as teams write it. Durations in seconds, as people say them. */
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
      description: 'Seconds the breach must be held. 0 fires at once.',
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
      Type.Number({ minimum: 0, description: 'Seconds after the start without evaluation.' }),
    ),
    keepFiringFor: Type.Optional(
      Type.Number({ minimum: 0, description: 'Seconds it keeps firing after the last breach.' }),
    ),
    minSamples: Type.Optional(
      strict({ query: Type.String({ minLength: 1 }), atLeast: Type.Number({ minimum: 0 }) }),
    ),
    shadow: Type.Optional(Type.Boolean({ description: 'Everything but the act.' })),
    workloadKinds: Type.Optional(Type.Array(Kind, { minItems: 1 })),
  }),
);

export const TriggerSet = named(
  'TriggerSet',
  Type.Object({
    name: Type.String(),
    description: Type.String(),
    triggers: Type.Array(ref(TriggerInput)),
    warnings: Type.Array(Type.String(), { description: 'What the linter noticed but did not refuse.' }),
  }),
);

export const TriggerSetInput = named(
  'TriggerSetInput',
  strict({
    description: Type.Optional(Type.String({ maxLength: 500 })),
    triggers: Type.Array(ref(TriggerInput), { maxItems: 50 }),
  }),
);

export const Reading = named(
  'Reading',
  Type.Object({
    kind: literals(['value', 'no-data', 'not-a-number', 'unreachable', 'ambiguous']),
    value: nullable(Type.Number(), 'Null unless kind is value and it is finite.'),
    text: Type.String({
      description: 'For people: "8.2 %", "+Inf", "no data", "could not ask: timed out after 5 s".',
    }),
  }),
);

/** One trigger of one deployment as it stands. */
export const TriggerView = named(
  'TriggerView',
  Type.Object({
    name: Type.String(),
    description: Type.String(),
    severity: Severity,
    shadow: Type.Boolean(),
    query: Type.String(),
    threshold: Type.Number(),
    comparison: Comparison,
    unit: Type.String(),
    phase: literals(['unknown', 'inactive', 'pending', 'firing']),
    since: nullable(Instant, 'When the phase was entered.'),
    heldSeconds: Type.Number(),
    forSeconds: Type.Number(),
    holdLeftSeconds: nullable(Type.Number(), 'Until it fires; null unless pending.'),
    reading: nullable(ref(Reading)),
    readAt: nullable(Instant),
    trouble: nullable(
      Type.Object({ since: Instant, reason: Type.String() }),
      'Why it cannot be asked, apart from its phase.',
    ),
    /** One sentence: "5xx 8.2 % > 5 %, held 1:20 of 2:00, rolls back in 0:40". */
    sentence: Type.String(),
  }),
);

export const ReadingPoint = Type.Object({
  at: Instant,
  value: nullable(Type.Number(), 'Null is a gap: no number, for the reason in `kind`.'),
  kind: Type.String(),
  phase: Type.String(),
  heldSeconds: Type.Number(),
  lateMs: Type.Number(),
});

export const TriggerSeries = named(
  'TriggerSeries',
  Type.Object({ trigger: Type.String(), threshold: Type.Number(), points: Type.Array(ReadingPoint) }),
);

export const TriggerSetList = named('TriggerSetList', Type.Object({ items: Type.Array(ref(TriggerSet)) }));

import { ListOf, Measured, Prose, Query, Seconds, span, Text } from '@lastgood/domain/bounds';
import { type Static, Type } from 'typebox';
import { literals, named, ref, strict } from '../wire/named.ts';
import { Links } from './link-schema.ts';

export const Severity = literals(['auto_rollback', 'page_and_suggest', 'log_only']);

export const Comparison = literals(['greater_than', 'less_than']);

const NoNumber = literals(['hold', 'healthy', 'breach']);

const Kind = literals(['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout']);

/** A name that stands in addresses and queries. */
export const ShortName = Type.String({ minLength: 1, maxLength: 63, pattern: '^[a-z][a-z0-9_-]*$' });

/** A trigger as teams write it. Durations in seconds. */
export const TriggerInput = named(
  'TriggerInput',
  strict({
    name: ShortName,
    query: Query({ description: 'PromQL; placeholders like $SERVICE are filled in.' }),
    threshold: Measured(),
    comparison: Comparison,
    forDuration: Seconds(0, span.day, { description: 'Seconds the breach must last. 0 fires at once.' }),
    severity: Severity,
    unit: Type.Optional(
      Text(20, {
        description: 'Unit of value and threshold, for people: ratio, s, restarts, x.',
      }),
    ),
    description: Type.Optional(Prose()),
    onNoData: Type.Optional(NoNumber),
    onNotANumber: Type.Optional(NoNumber),
    initialDelay: Type.Optional(
      Seconds(0, span.day, { description: 'Seconds after the start without evaluation.' }),
    ),
    keepFiringFor: Type.Optional(
      Seconds(0, span.day, { description: 'Seconds it keeps firing after the last breach.' }),
    ),
    minSamples: Type.Optional(strict({ query: Query(), atLeast: Measured({ minimum: 0 }) })),
    shadow: Type.Optional(Type.Boolean({ description: 'Everything but the act.' })),
    workloadKinds: Type.Optional(ListOf(Kind, 3, { minItems: 1 })),
    links: Type.Optional(Links),
  }),
);
export type TriggerInput = Static<typeof TriggerInput>;

export const TriggerSetInput = named(
  'TriggerSetInput',
  strict({
    description: Type.Optional(Prose()),
    triggers: ListOf(ref(TriggerInput), 50),
  }),
);
export type TriggerSetInput = Static<typeof TriggerSetInput>;

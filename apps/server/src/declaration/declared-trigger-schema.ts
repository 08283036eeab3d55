import { type TriggerKindName, triggerKinds } from '@lastgood/domain';
import { declaredSeverity } from '@lastgood/domain/trigger/declared-trigger';
import { type Static, Type } from 'typebox';
import { literals, named, nullable } from '../wire/named.ts';

export const Severity = declaredSeverity;

export const Comparison = literals(['greater_than', 'less_than']);

export const TriggerKind = literals(triggerKinds.map(({ kind }) => kind as TriggerKindName));

export const TriggerQueries = Type.Array(
  Type.Object({
    title: Type.String({ description: 'Empty where there is one.' }),
    query: Type.String(),
  }),
);

/** A declared trigger in words, its defaults filled in. */
export const DeclaredTriggerView = named(
  'DeclaredTriggerView',
  Type.Object({
    name: Type.String(),
    kind: TriggerKind,
    description: Type.String(),
    severity: Severity,
    shadow: Type.Boolean(),
    fires: Type.String({ description: 'When it fires, such as "> 5 % for 2 min".' }),
    queries: TriggerQueries,
  }),
);
export type DeclaredTriggerView = Static<typeof DeclaredTriggerView>;

/** A trigger as it applies to a service, and how the metric source is asked for it. */
export const EffectiveTriggerView = named(
  'EffectiveTriggerView',
  Type.Object({
    ...DeclaredTriggerView.properties,
    asking: Type.Array(
      Type.Object({
        query: literals(['own', 'companion'], 'companion: the query of minSamples.'),
        alone: nullable(
          Type.String(),
          'Why it is asked for each service by itself, in a sentence; null where one query asks for many services at once.',
        ),
      }),
    ),
  }),
);
export type EffectiveTriggerView = Static<typeof EffectiveTriggerView>;

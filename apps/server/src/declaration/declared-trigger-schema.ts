import { type TriggerKindName, triggerKinds } from '@lastgood/domain';
import { declaredSeverity } from '@lastgood/domain/trigger/declared-trigger';
import { type Static, Type } from 'typebox';
import { literals, named } from '../wire/named.ts';

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
    fires: Type.String({ description: 'When it fires, such as "> 5 % for 2:00".' }),
    queries: TriggerQueries,
  }),
);
export type DeclaredTriggerView = Static<typeof DeclaredTriggerView>;

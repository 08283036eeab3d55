import { type TriggerKindName, triggerKinds } from '@lastgood/domain';
import { type Static, Type } from 'typebox';
import { literals, named, nullable } from '../wire/named.ts';
import { Severity } from './trigger-input-schema.ts';

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
    askedAlone: nullable(
      Type.String(),
      'Why it is asked for each service by itself; null where many are asked for at once, with the same answers.',
    ),
  }),
);
export type DeclaredTriggerView = Static<typeof DeclaredTriggerView>;

import { type Static, type TSchema, Type } from 'typebox';
import { Address, ListOf, Measured, Prose, Query, Seconds, span, Text } from '../bounds.ts';
import {
  type DeclaredOfKind,
  plainKind,
  type TriggerKindName,
  triggerKind,
  triggerKinds,
} from './kinds/index.ts';
import type { RollbackTrigger } from './trigger.ts';

/* A trigger as teams write it, in a file or to the API. Durations in seconds. */

const strict = { additionalProperties: false };

const choice = <const T extends readonly string[]>(...values: T) =>
  Type.Unsafe<T[number]>(Type.Enum([...values], { type: 'string' }));

const noNumber = choice('hold', 'healthy', 'breach');

/** What every trigger has, whatever its kind. */
const common = {
  name: Type.String({ minLength: 1, maxLength: 63, pattern: '^[a-z][a-z0-9_-]*$' }),
  severity: choice('auto_rollback', 'page_and_suggest', 'log_only'),
  description: Type.Optional(Prose()),
  onNoData: Type.Optional(noNumber),
  onNotANumber: Type.Optional(noNumber),
  initialDelay: Type.Optional(Seconds(0, span.day)),
  keepFiringFor: Type.Optional(Seconds(0, span.day)),
  minSamples: Type.Optional(Type.Object({ query: Query(), atLeast: Measured({ minimum: 0 }) }, strict)),
  shadow: Type.Optional(Type.Boolean()),
  workloadKinds: Type.Optional(
    ListOf(choice('Deployment', 'StatefulSet', 'DaemonSet', 'Rollout'), 3, { minItems: 1 }),
  ),
  links: Type.Optional(ListOf(Type.Object({ title: Text(60), url: Address() }, strict), 10)),
};

const commonMembers = Type.Object(common, strict);

/** One of whatever kind, as its schema says. */
export type DeclaredTrigger = Static<typeof commonMembers> & DeclaredOfKind & { kind?: TriggerKindName };

/** By kind, what is declared of it. */
export const declaredTriggerSchemas: ReadonlyMap<string, TSchema> = new Map(
  triggerKinds.map(({ kind, members }) => {
    const own = kind === plainKind ? Type.Optional(Type.Literal(kind)) : Type.Literal(kind);
    return [kind, Type.Object({ kind: own, ...common, ...members }, strict)];
  }),
);

/** A declaration that its schema allows, with the defaults of what it leaves out. */
export function acceptDeclared(declared: DeclaredTrigger): RollbackTrigger {
  const given = Object.entries(declared).filter(([name]) => name !== 'kind');
  const isCommon = ([name]: [string, unknown]) => Object.hasOwn(common, name);
  const own = Object.fromEntries(given.filter((one) => !isCommon(one))) as DeclaredOfKind;
  const {
    initialDelay = 0,
    keepFiringFor = 0,
    ...same
  } = Object.fromEntries(given.filter(isCommon)) as Static<typeof commonMembers>;
  return triggerKind(declared).accept(own, {
    description: '',
    onNoData: 'hold',
    onNotANumber: 'hold',
    shadow: false,
    ...same,
    initialDelayMs: initialDelay * 1000,
    keepFiringMs: keepFiringFor * 1000,
  });
}

import { type Static, type TObject, Type } from 'typebox';
import { ListOf, Measured, Prose, Query, Seconds, span } from '../bounds.ts';
import { declaredLinks } from '../declared-link.ts';
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
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values] });

const noNumber = choice('hold', 'healthy', 'breach');

/** A name that stands in addresses and queries. */
export const shortName = Type.String({ minLength: 1, maxLength: 63, pattern: '^[a-z][a-z0-9_-]*$' });

/** What every trigger has, whatever its kind. */
const common = {
  name: shortName,
  severity: choice('auto_rollback', 'page_and_suggest', 'log_only'),
  description: Type.Optional(Prose()),
  onNoData: Type.Optional(noNumber),
  onNotANumber: Type.Optional(noNumber),
  initialDelay: Type.Optional(
    Seconds(0, span.day, { description: 'Seconds after the start without evaluation.' }),
  ),
  keepFiringFor: Type.Optional(
    Seconds(0, span.day, { description: 'Seconds it keeps firing after the last breach.' }),
  ),
  minSamples: Type.Optional(Type.Object({ query: Query(), atLeast: Measured({ minimum: 0 }) }, strict)),
  shadow: Type.Optional(Type.Boolean({ description: 'Everything but the act.' })),
  workloadKinds: Type.Optional(
    ListOf(choice('Deployment', 'StatefulSet', 'DaemonSet', 'Rollout'), 3, { minItems: 1 }),
  ),
  links: Type.Optional(declaredLinks),
};

export const { severity: declaredSeverity } = common;

const commonMembers = Type.Object(common, strict);

type DeclaredCommon = Static<typeof commonMembers>;

/** One of whatever kind, as its schema says. */
export type DeclaredTrigger = DeclaredCommon & DeclaredOfKind & { kind?: TriggerKindName };

/** By kind, what is declared of it. A kind refuses the members of the others. */
export const declaredTriggerSchemas: ReadonlyMap<string, TObject> = new Map(
  triggerKinds.map(({ kind, members, summary }) => {
    const own = kind === plainKind ? Type.Optional(Type.Literal(kind)) : Type.Literal(kind);
    const description = `${summary} Durations in seconds.`;
    return [kind, Type.Object({ kind: own, ...common, ...members }, { ...strict, description })];
  }),
);

/** What of a declaration its kind reads, and what every trigger has. */
export function splitDeclared(declared: DeclaredTrigger): { own: DeclaredOfKind; common: DeclaredCommon } {
  const given = Object.entries(declared).filter(([name, value]) => name !== 'kind' && value !== undefined);
  const isCommon = ([name]: [string, unknown]) => Object.hasOwn(common, name);
  const own = Object.fromEntries(given.filter((one) => !isCommon(one)));
  return {
    own: own as DeclaredOfKind,
    common: Object.fromEntries(given.filter(isCommon)) as DeclaredCommon,
  };
}

/** A declaration that its schema allows, with the defaults of what it leaves out. */
export function acceptDeclared(declared: DeclaredTrigger): RollbackTrigger {
  const { own, common: given } = splitDeclared(declared);
  const { initialDelay = 0, keepFiringFor = 0, ...same } = given;
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

/** What would be declared to get the trigger, every default written out; the reverse of `acceptDeclared`. */
export function declareTrigger(trigger: RollbackTrigger): DeclaredTrigger {
  const { kind, initialDelayMs, keepFiringMs } = trigger;
  const { name, severity, description, onNoData, onNotANumber, minSamples, shadow, workloadKinds, links } =
    trigger;
  return {
    ...(kind === undefined ? {} : { kind }),
    ...triggerKind(trigger).declare(trigger),
    ...{ name, severity, description, onNoData, onNotANumber, shadow },
    ...(minSamples === undefined ? {} : { minSamples }),
    ...(workloadKinds === undefined ? {} : { workloadKinds }),
    ...(links === undefined ? {} : { links }),
    initialDelay: initialDelayMs / 1000,
    keepFiringFor: keepFiringMs / 1000,
  };
}

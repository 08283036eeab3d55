import { type DeclaredOfKind, plainKind, type TriggerKindName, triggerKinds } from '@lastgood/domain';
import { ListOf, Measured, Prose, Query, Seconds, span } from '@lastgood/domain/bounds';
import { type Static, type TSchema, Type } from 'typebox';
import { literals, named, ref, strict } from '../wire/named.ts';
import { Links } from './link-schema.ts';

export const Severity = literals(['auto_rollback', 'page_and_suggest', 'log_only']);

export const Comparison = literals(['greater_than', 'less_than']);

const NoNumber = literals(['hold', 'healthy', 'breach']);

const Kind = literals(['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout']);

/** A name that stands in addresses and queries. */
export const ShortName = Type.String({ minLength: 1, maxLength: 63, pattern: '^[a-z][a-z0-9_-]*$' });

/** What every trigger has, whatever its kind. */
const common = {
  name: ShortName,
  severity: Severity,
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
};

/** What of a declared trigger its kind does not read. */
export type DeclaredCommon = Static<ReturnType<typeof strict<typeof common>>>;

const kinds = triggerKinds.map(({ kind }) => kind);

/** A trigger as teams write it, durations in seconds. One branch for each kind; a branch refuses the members of the others. */
export const TriggerInput = named(
  'TriggerInput',
  Type.Unsafe<DeclaredCommon & DeclaredOfKind & { kind?: TriggerKindName }>({
    type: 'object',
    properties: { kind: { type: 'string', enum: kinds, default: plainKind } },
    oneOf: triggerKinds.map(({ kind, members, summary }) => {
      const own = kind === plainKind ? Type.Optional(Type.Literal(kind)) : Type.Literal(kind);
      const description = `${summary} Durations in seconds.`;
      return ref(named<TSchema>(nameOf(kind), strict({ kind: own, ...common, ...members }, { description })));
    }),
  }),
);
export type TriggerInput = Static<typeof TriggerInput>;

/** `burn-rate` is declared as `BurnRateTriggerInput`. */
function nameOf(kind: string): string {
  const words = kind.split('-').map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `${words.join('')}TriggerInput`;
}

export const TriggerSetInput = named(
  'TriggerSetInput',
  strict({
    description: Type.Optional(Prose()),
    triggers: ListOf(ref(TriggerInput), 50),
  }),
);
export type TriggerSetInput = Static<typeof TriggerSetInput>;

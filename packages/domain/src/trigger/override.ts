import { type TProperties, Type } from 'typebox';
import { Seconds, span } from '../bounds.ts';
import {
  acceptDeclared,
  type DeclaredTrigger,
  declaredSeverity,
  declareTrigger,
  shortName,
  splitDeclared,
} from './declared-trigger.ts';
import { formatSpan } from './format.ts';
import { triggerKind, triggerKinds } from './kinds/index.ts';
import type { OverridableMember, TriggerFault } from './kinds/trigger-kind.ts';
import type { RollbackTrigger } from './trigger.ts';
import type { Severity } from './trigger-frame.ts';

/*
 * What one service says otherwise of a trigger of its shared sets, as it is declared: durations in seconds. It is kept as it was
 * declared and put over the set's trigger whenever triggers are read, so that all it does not name follows the set. Never the query:
 * what asks something else is a trigger of the service's own.
 */

export interface TriggerOverride {
  /** By its name in the sets. */
  trigger: string;
  /** It does not watch this service. */
  off?: boolean;
  severity?: Severity;
  shadow?: boolean;
  initialDelay?: number;
  keepFiringFor?: number;
  /** Of what its kind lets be overridden. */
  [member: string]: unknown;
}

/** What of every trigger may be overridden. */
const common: Record<string, OverridableMember<RollbackTrigger>> = {
  severity: { title: 'severity', words: ({ severity }) => severities[severity] },
  shadow: { title: 'shadow', words: ({ shadow }) => (shadow ? 'yes' : 'no') },
  initialDelay: { title: 'initial delay', words: ({ initialDelayMs }) => formatSpan(initialDelayMs) },
  keepFiringFor: { title: 'keeps firing', words: ({ keepFiringMs }) => formatSpan(keepFiringMs) },
};

const severities: Record<Severity, string> = {
  auto_rollback: 'rolls back by itself',
  page_and_suggest: 'pages and suggests',
  log_only: 'records only',
};

const strict = { additionalProperties: false };

/** The first kind that has a member says it for all: those of one name mean the same. */
const ofKinds: TProperties = Object.fromEntries(
  triggerKinds
    .flatMap(({ members, overridable }) =>
      Object.keys(overridable).map((name) => [name, Type.Optional((members as TProperties)[name] as never)]),
    )
    .reverse(),
);

export const declaredOverride = Type.Object(
  {
    trigger: shortName,
    off: Type.Optional(Type.Boolean({ description: 'It does not watch this service.' })),
    severity: Type.Optional(declaredSeverity),
    shadow: Type.Optional(Type.Boolean({ description: 'Everything but the act.' })),
    initialDelay: Type.Optional(
      Seconds(0, span.day, { description: 'Seconds after the start without evaluation.' }),
    ),
    keepFiringFor: Type.Optional(
      Seconds(0, span.day, { description: 'Seconds it keeps firing after the last breach.' }),
    ),
    ...ofKinds,
  },
  {
    ...strict,
    description:
      'What the service says otherwise of a trigger of its sets; all that is left out follows the set. Which members there are depends on the kind of the trigger. Never its query: declare a trigger of that name in `triggers` to ask something else.',
  },
);

/** The trigger as its service overrides it; null when it is off there. The override fits: see `unfitOverride`. */
export function overriddenTrigger(
  trigger: RollbackTrigger,
  override: TriggerOverride,
): RollbackTrigger | null {
  return override.off ? null : acceptDeclared(declaredOver(trigger, override));
}

/** Why it cannot be put over that trigger; empty when it can. */
export function unfitOverride(trigger: RollbackTrigger, override: TriggerOverride): TriggerFault[] {
  const said = membersOf(override);
  if (said.length === 0 && !override.off)
    return [{ path: '', message: `says nothing of ${trigger.name} but its name.` }];
  const may = overridableOf(trigger);
  const unknown = said.filter((member) => !Object.hasOwn(may, member));
  if (unknown.length > 0)
    return unknown.map((member) => ({
      path: `/${member}`,
      message: `is nothing that ${trigger.name}, of the kind ${triggerKind(trigger).kind}, lets be overridden. It lets ${[...Object.keys(may), 'off'].join(', ')}.`,
    }));
  return triggerKind(trigger)
    .lint(splitDeclared(declaredOver(trigger, override)).own)
    .map(({ path, message }) => ({ path: said.some((one) => isWithin(path, one)) ? path : '', message }));
}

/** "threshold 10 % (set web says 5 %)": every member, as it is now and as the set has it, in the order of its kind. */
export function overrideInWords(trigger: RollbackTrigger, override: TriggerOverride, set: string): string[] {
  const is = overriddenTrigger(trigger, override);
  if (!is) return [`off (set ${set} has it)`];
  const said = membersOf(override);
  return Object.entries(overridableOf(trigger))
    .filter(([member]) => said.includes(member))
    .map(([, { title, words }]) => `${title} ${words(is)} (set ${set} says ${words(trigger)})`);
}

function overridableOf(trigger: RollbackTrigger): Record<string, OverridableMember<RollbackTrigger>> {
  return { ...(triggerKind(trigger).overridable as typeof common), ...common };
}

function membersOf({ trigger: _trigger, off: _off, ...said }: TriggerOverride): string[] {
  return Object.keys(said).filter((member) => said[member] !== undefined);
}

function declaredOver(
  trigger: RollbackTrigger,
  { trigger: _trigger, off: _off, ...said }: TriggerOverride,
): DeclaredTrigger {
  return { ...asDeclared(trigger), ...said } as DeclaredTrigger;
}

/** A warm-up that follows of other members is nothing that the set declares: it follows anew of what is overridden. */
function asDeclared(trigger: RollbackTrigger): DeclaredTrigger {
  const declared = declareTrigger(trigger);
  const following = acceptDeclared({ ...declared, initialDelay: 0 }).initialDelayMs;
  return trigger.initialDelayMs <= following ? { ...declared, initialDelay: 0 } : declared;
}

function isWithin(path: string, member: string): boolean {
  return path === `/${member}` || path.startsWith(`/${member}/`);
}

import type { Decision } from '../decision/decision.ts';
import { standsStill } from '../trigger/stands-still.ts';
import { type Breach, nameOf } from './breach.ts';
import type { KnownService } from './known-service.ts';
import type { Actor, NextAct } from './standing.ts';

/** What follows by itself of a breach. */
export interface Ahead {
  /** The breach that it follows of: of all, what acts first. */
  first: Breach;
  next: NextAct | null;
  restraints: string[];
  actor: Actor;
}

/**
 * Of all that will be decided, what comes first. A rollback that will come is named beside a suggestion before it, since a
 * person who reads only the first would not expect it.
 */
export function nextActOf(known: KnownService, worst: Breach): Ahead {
  const { foresight } = known;
  const [first] = foresight?.news ?? [];
  const rollback = foresight?.news.find(({ verdict }) => verdict === 'roll_back');
  const held = foresight?.next ?? null;
  const actor: Actor = rollback || (first && worst.state.phase === 'pending') ? 'lastgood' : 'you';
  if (!first)
    return {
      first: worst,
      next: waitOf(held) ?? nothingOf(worst),
      restraints: restraintsOf(held, false),
      actor: 'you',
    };
  return {
    first: worst.state.phase === 'firing' ? worst : (breachNamed(known, first.trigger) ?? worst),
    next: actOf(known, first, worst),
    restraints: [
      ...restraintsOf(worst.state.phase === 'firing' ? (held ?? first) : first, rollback !== undefined),
      ...later(known, first, rollback),
    ],
    actor,
  };
}

/** A person reads why a breach that does not fire needs one: it cannot be judged any more, or nothing comes of it. */
function nothingOf({ state }: Breach): NextAct | null {
  if (state.phase === 'firing') return null;
  const words = standsStill(state) ? 'cannot be judged meanwhile' : 'nothing follows by itself';
  return { words, at: null };
}

function actOf(
  known: KnownService,
  { verdict, slot, guards, trigger }: Decision,
  worst: Breach,
): NextAct | null {
  const target = known.target ? ` to ${nameOf(known.target)}` : '';
  switch (verdict) {
    case 'roll_back':
      return { words: `rolls back${target}`, at: slot };
    case 'wait':
      return { words: 'will wait for evidence, not roll back by itself', at: slot };
    case 'suggest': {
      const waits = waitOf({ guards, trigger });
      if (waits) return waits;
      return worst.state.phase === 'firing' && slot <= (worst.state.lastSlot ?? 0)
        ? null
        : { words: `suggests a rollback${target}`, at: slot };
    }
    case 'record':
    case 'none':
      return null;
  }
}

/** What a dependency in trouble speaks against is judged again when that recovers. */
function waitOf(decision: Pick<Decision, 'guards' | 'trigger'> | null): NextAct | null {
  const vetoed = decision?.guards.find(
    (one) => one.trigger === decision.trigger && one.outcome === 'objects',
  );
  const shared = vetoed?.dependencies.find(({ stands }) => stands === 'breaches');
  return shared
    ? { words: `waits for ${shortName(shared.service)}, judged again when it recovers`, at: null }
    : null;
}

/** Why a rollback that is wanted does not come by itself, or not yet where one is foreseen. */
function restraintsOf(decision: Decision | null, comes: boolean): string[] {
  if (decision?.wanted !== 'roll_back' || decision.verdict === 'roll_back') return [];
  return decision.restraints.length === 0
    ? []
    : [`${comes ? 'not yet rolled back' : 'not rolled back by itself'}: ${decision.restraints.join('; ')}`];
}

function later(known: KnownService, first: Decision, rollback: Decision | undefined): string[] {
  if (!rollback || rollback === first) return [];
  const target = known.target ? ` to ${nameOf(known.target)}` : '';
  return [`${rollback.trigger} rolls back${target} after that`];
}

function breachNamed({ triggers }: KnownService, name: string | null): Breach | null {
  const found = triggers.find(({ trigger }) => trigger.name === name);
  return found?.state ? { trigger: found.trigger, state: found.state } : null;
}

export function shortName(service: string): string {
  return service.split('/').at(-1) ?? service;
}

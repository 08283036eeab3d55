import type { Deployment } from '../deployment/deployment.ts';
import type { StoodState } from '../deployment/stood.ts';
import type { Service } from '../service/service.ts';
import { type Fact, isAnswered, type Need } from './need.ts';
import type { Refusal } from './refusal.ts';
import type { Unregistered } from './seen-change.ts';
import {
  movedWords,
  notMovedWords,
  takeBackWords,
  unknownRefusal,
  unknownWords,
} from './unregistered-words.ts';
import type { Way } from './ways/way.ts';
import { type LookedAt, lookedAt, stateOf } from './what-stands.ts';

/** What is looked at again of a deployment, with how it stood when that began. */
export interface Kept {
  look: LookedAt;
  before: StoodState;
}

/** A kept state that is another one now. */
export interface Moved extends Unregistered {
  kept: Kept;
}

interface Asked {
  service: Service;
  deployment: Deployment;
  /** What the command names; absent: nothing. */
  including?: readonly string[] | undefined;
}

/** What is said of it all. */
export interface UnregisteredSeen {
  moved: Moved[];
  warnings: string[];
  /** What was to be taken back and cannot be told: nobody goes back to an unknown state. */
  refusals: Refusal[];
}

/** Ask: what was kept when the deployment began and is still declared. */
export function keptOf({ service, deployment }: Asked, ways: readonly Way[]): Kept[] {
  return lookedAt(service, ways).flatMap((look) => {
    const found = deployment.stood.find(({ name }) => name === look.name);
    return found ? [{ look, before: found.state }] : [];
  });
}

/** Judge: what moved, less what the registered changes account for. */
export function judgeSeen(asked: Asked, kept: readonly (Kept & { fact: Fact })[]): UnregisteredSeen {
  const { service, deployment, including = [] } = asked;
  const seen: UnregisteredSeen = { moved: [], warnings: [], refusals: [] };
  for (const { fact, ...one } of kept) {
    const { look, before } = one;
    const now = stateOf(look, fact);
    const included = including.includes(look.name);
    const isRegistered = look.sight.isExplained(look.place, knownValue(now), deployment);
    if (isRegistered) {
      if (included) seen.warnings.push(notMovedWords(look, 'registered', deployment));
    } else if (before.kind === 'unknown' || now.kind === 'unknown') {
      if (included) seen.refusals.push(unknownRefusal(look, { before, now, fact }, deployment));
      else seen.warnings.push(unknownWords(look, { before, now }, deployment));
    } else if (look.sight.isSame(before.value, now.value)) {
      if (included) seen.warnings.push(notMovedWords(look, 'unmoved', deployment));
    } else {
      const change = { kind: look.kind, target: look.place.target, before: before.value, after: now.value };
      const words = movedWords(look, change, deployment);
      const act = takeBackWords(look, before.value);
      const said = { subject: look.place.subject, words, act };
      seen.moved.push({ ...change, ...said, service: service.key, name: look.name, included, kept: one });
    }
  }
  return seen;
}

function knownValue(state: StoodState): unknown {
  return state.kind === 'known' ? state.value : null;
}

/** Ask once more: what tells whether it moved for this service; null where whatever moves is the service's. */
export function closerNeed({ kept, ...change }: Moved): Need | null {
  return kept.look.sight.closer?.need(change) ?? null;
}

/** Judge: whether it did. What could not be read is not left out. */
export function isOfService({ kept }: Moved, fact: Fact | null): boolean {
  const { closer } = kept.look.sight;
  return !closer || fact === null || !isAnswered(fact) || closer.isOfService(fact);
}

/** Without what was needed only to judge it. */
export function asPlanned({ kept: _kept, ...unregistered }: Moved): Unregistered {
  return unregistered;
}

/** Names that the command includes and nothing that was kept of the deployment has. */
export function unheardOf({ including = [] }: Asked, kept: readonly Kept[]): string[] {
  return including.filter((name) => !kept.some(({ look }) => look.name === name));
}

import type { OtherChange } from '../deployment/deployment.ts';
import { boundedState, type Stood, type StoodState } from '../deployment/stood.ts';
import type { Service } from '../service/service.ts';
import { type Fact, isAnswered, type Need } from './need.ts';
import type { SeenPlace, Sight } from './ways/sight.ts';
import { declaredFor, type Way } from './ways/way.ts';

/** One thing that a service declares, with what tells how it stands. */
export interface LookedAt {
  kind: OtherChange['kind'];
  /** As a command names it: `migration/orders`. */
  name: string;
  place: SeenPlace;
  sight: Sight;
  need: Need;
}

/** Ask: everything that a service declares and a way could take back. */
export function lookedAt(service: Service, ways: readonly Way[]): LookedAt[] {
  return ways.flatMap((way) => {
    const declared = declaredFor(way, service);
    const { sight, change } = way;
    if (!sight || !change || declared === null) return [];
    return sight.places(declared).map((place): LookedAt => {
      const need = sight.need(place, service, declared);
      return { kind: change.kind, name: `${change.kind}/${place.name}`, place, sight, need };
    });
  });
}

/** Judge: how one stands, by what was read of it. */
export function stateOf({ sight }: Pick<LookedAt, 'sight'>, fact: Fact): StoodState {
  if (isAnswered(fact)) return boundedState(sight.state(fact));
  const { answer } = fact;
  const reason = answer.kind === 'unreachable' ? answer.reason : 'nothing that can read it is configured';
  return boundedState({ kind: 'unknown', reason });
}

/** What is kept with a deployment. */
export function stood(look: LookedAt, fact: Fact): Stood {
  return { kind: look.kind, name: look.name, state: stateOf(look, fact) };
}

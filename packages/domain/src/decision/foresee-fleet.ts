import { type Brakes, brakesOn } from './brakes.ts';
import type { Decision } from './decision.ts';
import { type ForeseeRules, type Foresight, foresee } from './foresee.ts';
import type { Watched } from './watched.ts';

export interface FleetRules extends Omit<ForeseeRules, 'brake'> {
  brakes: Brakes;
  automaticInLastHour: number;
}

/**
 * What will be decided about every deployment in breach, by its id, if every breach goes on and nothing new becomes known: the
 * brakes of the fleet included, which hold back what would roll back in the same slot.
 */
export function foreseeFleet(watched: readonly Watched[], rules: FleetRules): Map<string, Foresight> {
  const free = new Map(watched.map((one) => [one.deployment.id, foresee(one, rules)]));
  const wanted = [...free.values()].flatMap(({ news }) =>
    news.flatMap((decision) => (decision.verdict === 'roll_back' ? [named(decision)] : [])),
  );
  const bySlot = [...Map.groupBy(wanted, ({ slot }) => slot)].sort(([a], [b]) => a - b);
  const braked = new Map<string, { from: number; reason: string }>();
  let { automaticInLastHour } = rules;
  for (const [slot, decisions] of bySlot) {
    const facts = { automaticInLastHour, trippedInSlot: 0 };
    const held = brakesOn(decisions, facts, rules.brakes);
    for (const [id, reason] of held) braked.set(id, { from: slot, reason });
    automaticInLastHour += decisions.length - held.size;
  }
  for (const one of watched) {
    const brake = braked.get(one.deployment.id);
    if (brake) free.set(one.deployment.id, foresee(one, { ...rules, brake }));
  }
  return free;
}

/** Brakes name decisions by id: what is only foreseen has that of its deployment. */
function named(decision: Decision): Decision {
  return { ...decision, id: decision.deploymentId };
}

import { setWeight, type WeightTarget, wrongBypasses } from '../contracts/set-weight.ts';
import type { SeenOf } from '../need.ts';
import type { Refusal } from '../refusal.ts';
import { asRefusal, trafficObjectRefusals } from './traffic-object.ts';

/** Everything to one destination, in the scale that the rule has; the others stay in it with nothing. */
export function allTo(destination: string, weights: Record<string, number>): Record<string, number> {
  const whole = Object.values(weights).reduce((sum, weight) => sum + weight, 0) || 100;
  const none = Object.fromEntries(Object.keys(weights).map((name) => [name, 0]));
  return { ...none, [destination]: whole };
}

/** Why the weights cannot be set as they stand, each reason by itself: every rule that leads past them is named. */
export function weightRefusals(name: string, target: WeightTarget, seen: SeenOf<'route'>): Refusal[] {
  const missing = Object.keys(target.weights).find(
    (one) => target.weights[one] !== 0 && !Object.hasOwn(seen.weights, one),
  );
  const unknown: Refusal[] =
    missing === undefined
      ? []
      : [
          {
            code: 'no-destination',
            reason: `${name} names no destination ${missing}; it names ${Object.keys(seen.weights).join(', ')}.`,
            advice: `Correct the service's declaration, or add ${missing} to the route with weight 0; then plan again.`,
          },
        ];
  const past = wrongBypasses(target, seen)
    .filter(({ goesWithWeights }) => !goesWithWeights)
    .flatMap((one) => setWeight.refusal(target, { ...seen, bypasses: [one] }, '') ?? []);
  const rest = missing === undefined ? setWeight.refusal(target, { ...seen, bypasses: [] }, '') : null;
  const refused = [...past, ...(rest ? [rest] : [])].map(asRefusal);
  return [...trafficObjectRefusals(name, seen), ...unknown, ...refused];
}

import {
  changedByOthers,
  type ObjectTarget,
  replaced,
  requestLimits,
  type StepContract,
} from './step-contract.ts';

/** How one rule of a route splits its traffic. Weights are in the route's own scale and name every destination. */
export interface WeightTarget {
  route: ObjectTarget;
  uid: string;
  /** The rule's name inside the route; null where there is only one. */
  rule: string | null;
  /** Destination to weight, as planned upon. */
  from: Record<string, number>;
  weights: Record<string, number>;
}

/** A rule of a route as it stands. */
export interface WeightSeen {
  uid: string;
  /** Destination to weight. */
  weights: Record<string, number>;
  /** Whether whoever carries the traffic has taken this state of the route. */
  accepted: boolean;
  /** Destination to endpoints that are ready. */
  ready: Record<string, number>;
}

/**
 * The weights are those of the target and the controller of the route has taken them. Traffic is never sent to a destination
 * without a ready endpoint.
 */
export const setWeight: StepContract<'set-weight', WeightTarget, WeightSeen> = {
  kind: 'set-weight',
  isDone: (step, seen) => seen.uid === step.uid && seen.accepted && equalWeights(seen.weights, step.weights),
  refusal(step, seen) {
    const name = nameOf(step);
    if (seen.uid !== step.uid) return replaced(name);
    if (equalWeights(seen.weights, step.weights)) return null;
    if (!equalWeights(seen.weights, step.from)) {
      return changedByOthers(name, inWords(seen.weights), inWords(step.from), inWords(step.weights));
    }
    const empty = Object.keys(step.weights).find(
      (one) => (step.weights[one] ?? 0) > (step.from[one] ?? 0) && (seen.ready[one] ?? 0) === 0,
    );
    if (empty === undefined) return null;
    return {
      reason: `${empty} has no ready endpoint, and ${name} would send it traffic.`,
      advice: `Bring ${empty} up until it is ready, then resume.`,
    };
  },
  waitsFor: (step, seen) =>
    equalWeights(seen.weights, step.weights)
      ? `${inWords(seen.weights)}, not taken by its controller yet`
      : null,
  inWords: (_step, { weights }) => inWords(weights),
  limits: requestLimits,
  lookAgainMs: 1_000,
  leavesBehind: (step) =>
    `${nameOf(step)} splits traffic ${inWords(step.from)} or already ${inWords(step.weights)}; the screen of the route tells which.`,
  usualMs: 5_000,
  looksOnly: null,
  family: 'traffic',
  record: ({ route, rule, from, weights }) => ({
    kind: 'traffic',
    target: { ...route, rule },
    before: from,
    after: weights,
  }),
};

function nameOf({ route, rule }: WeightTarget): string {
  return rule === null ? `${route.kind} ${route.name}` : `${route.kind} ${route.name}, rule ${rule},`;
}

/** A destination that is not named has no weight. */
function equalWeights(a: Record<string, number>, b: Record<string, number>): boolean {
  return [...Object.keys(a), ...Object.keys(b)].every((name) => (a[name] ?? 0) === (b[name] ?? 0));
}

function inWords(weights: Record<string, number>): string {
  return Object.entries(weights)
    .map(([name, weight]) => `${name} ${weight}`)
    .join(', ');
}

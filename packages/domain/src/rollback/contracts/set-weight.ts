import {
  changedByOthers,
  type ObjectTarget,
  replaced,
  requestLimits,
  type StepContract,
  type StepRefusal,
} from './step-contract.ts';

/** How one rule of a route splits its traffic. Weights are in the route's own scale and name every destination. */
export interface WeightTarget {
  route: ObjectTarget;
  uid: string;
  /** The rule's name inside the route; null where only one splits traffic. */
  rule: string | null;
  /** Destination to weight, as planned upon. */
  from: Record<string, number>;
  weights: Record<string, number>;
  /** Names of other rules that may go on sending whoever they match where the weights send nobody: a preview for testers. */
  except?: string[];
}

/** What sends requests, or copies of them, to a destination whatever its weight. */
export interface Bypass {
  to: string;
  /** The rule of the route that does it, where it has a name. */
  rule: string | null;
  /** In words, after the name of the route: "rule testers sends what matches header x-canary to web-canary". */
  how: string;
  /** Whether setting the weights takes it away in the same write; else only a person can. */
  goesWithWeights: boolean;
}

/** A rule of a route as it stands. */
export interface WeightSeen {
  uid: string;
  /** Destination to weight. */
  weights: Record<string, number>;
  /** Whether whoever carries the traffic has taken this state of the route; true where nothing of the kind is told. */
  accepted: boolean;
  /** What whoever carries the traffic says where it has not. */
  notAccepted?: string | undefined;
  /** Destination to endpoints that are ready. */
  ready: Record<string, number>;
  /** Absent: none. */
  bypasses?: Bypass[];
  /** All that the outside can refuse by; opaque to everything but the adapter. */
  fence?: unknown;
}

/**
 * The weights are those of the target, nothing goes past them to where they send nobody, and the controller of the route has
 * taken them. Traffic is never sent to a destination without a ready endpoint.
 */
export const setWeight: StepContract<'set-weight', WeightTarget, WeightSeen> = {
  kind: 'set-weight',
  isDone: (step, seen) =>
    seen.uid === step.uid &&
    seen.accepted &&
    equalWeights(seen.weights, step.weights) &&
    wrongBypasses(step, seen).length === 0,
  refusal(step, seen) {
    const name = nameOf(step);
    if (seen.uid !== step.uid) return replaced(name);
    const stays = wrongBypasses(step, seen).find((one) => !one.goesWithWeights);
    if (stays) return pastTheWeights(step, stays);
    if (equalWeights(seen.weights, step.weights)) return null;
    if (!equalWeights(seen.weights, step.from)) {
      return changedByOthers(
        name,
        weightsInWords(seen.weights),
        weightsInWords(step.from),
        weightsInWords(step.weights),
      );
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
    equalWeights(seen.weights, step.weights) && wrongBypasses(step, seen).length === 0
      ? `${weightsInWords(seen.weights)}, not taken by its controller yet${seen.notAccepted ? ` (${seen.notAccepted})` : ''}`
      : null,
  inWords: (_step, { weights }) => weightsInWords(weights),
  limits: requestLimits,
  lookAgainMs: 1_000,
  leavesBehind: (step) =>
    `${nameOf(step)} splits traffic ${weightsInWords(step.from)} or already ${weightsInWords(step.weights)}; the screen of the route tells which.`,
  usualMs: 5_000,
  looksOnly: null,
  family: 'traffic',
  schema: 'needs',
  goesBack: ({ route }) => [`the traffic of ${route.kind} ${route.name}`],
  record: ({ route, rule, from, weights }) => ({
    kind: 'traffic',
    target: { ...route, rule },
    before: from,
    after: weights,
  }),
};

/** What still goes where the weights of the step send nobody. */
export function wrongBypasses(
  { weights, except = [] }: Pick<WeightTarget, 'weights' | 'except'>,
  { bypasses = [] }: Pick<WeightSeen, 'bypasses'>,
): Bypass[] {
  return bypasses.filter(({ to, rule }) => weights[to] === 0 && !(rule !== null && except.includes(rule)));
}

/** Why weights alone do not take the traffic away. */
function pastTheWeights({ route }: Pick<WeightTarget, 'route'>, { how, to }: Bypass): StepRefusal {
  return {
    code: 'past-the-weights',
    reason: `${route.kind} ${route.name}: ${how}, whatever the weights say.`,
    advice: `Take that out of the route, or send it elsewhere than ${to}; then go on. If it is meant to stay, as a preview for testers, name its rule in the service's declaration under \`previewRules\`.`,
  };
}

function nameOf({ route, rule }: WeightTarget): string {
  return rule === null ? `${route.kind} ${route.name}` : `${route.kind} ${route.name}, rule ${rule},`;
}

/** A destination that is not named has no weight. */
export function equalWeights(a: Record<string, number>, b: Record<string, number>): boolean {
  return [...Object.keys(a), ...Object.keys(b)].every((name) => (a[name] ?? 0) === (b[name] ?? 0));
}

export function weightsInWords(weights: Record<string, number>): string {
  return Object.entries(weights)
    .map(([name, weight]) => `${name} ${weight}`)
    .join(', ');
}

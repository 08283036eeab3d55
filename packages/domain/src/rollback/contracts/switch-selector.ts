import {
  changedByOthers,
  type ObjectTarget,
  replaced,
  requestLimits,
  type StepContract,
} from './step-contract.ts';

/** Which pods a Service selects, by one key of its selector. */
export interface SelectorTarget {
  service: ObjectTarget;
  uid: string;
  key: string;
  from: string;
  to: string;
  /** The Service selects whatever it is told to, even nothing: this many pods must be ready first. */
  minReady: number;
}

/** A Service and the pods that carry the key it selects by. */
export interface SelectorSeen {
  uid: string;
  /** The selector's value under the key; null when the key is missing, which mixes all slots. */
  value: string | null;
  /** Ready pods by their value of the key. */
  readyPods: Record<string, number>;
  /** Ready endpoints of the Service by the value their pod carries. */
  endpoints: Record<string, number>;
  /** All that the outside can refuse by; opaque to everything but the adapter. */
  fence?: unknown;
}

/** Enough ready endpoints, and all of the wanted slot. */
export const switchSelector: StepContract<'switch-selector', SelectorTarget, SelectorSeen> = {
  kind: 'switch-selector',
  isDone: (step, seen) =>
    seen.uid === step.uid &&
    seen.value === step.to &&
    (seen.endpoints[step.to] ?? 0) >= step.minReady &&
    Object.entries(seen.endpoints).every(([slot, count]) => slot === step.to || count === 0),
  refusal(step, seen) {
    const name = nameOf(step);
    if (seen.uid !== step.uid) return replaced(name);
    if (seen.value === step.to) return null;
    if (seen.value !== step.from) {
      return changedByOthers(name, seen.value ?? `without ${step.key}`, step.from, step.to);
    }
    const ready = seen.readyPods[step.to] ?? 0;
    if (ready >= step.minReady) return null;
    return {
      reason: `Only ${ready} pods of ${step.to} are ready, and ${step.minReady} are needed to carry the traffic.`,
      advice: `Bring ${step.to} up to ${step.minReady} ready pods, then resume.`,
    };
  },
  waitsFor: (step, seen) =>
    seen.value === step.to ? `selects ${step.to}; ${switchSelector.inWords(step, seen)}` : null,
  inWords: (step, { endpoints }) => {
    const others = Object.entries(endpoints).filter(([slot, count]) => slot !== step.to && count > 0);
    const own = `${endpoints[step.to] ?? 0} ready endpoints of ${step.to}`;
    return [own, ...others.map(([slot, count]) => `${count} of ${slot}`)].join(', ');
  },
  limits: requestLimits,
  lookAgainMs: 1_000,
  leavesBehind: (step) =>
    `${nameOf(step)} selects ${step.from} or already ${step.to}; both slots keep running.`,
  usualMs: 5_000,
  looksOnly: null,
  family: 'traffic',
  schema: 'needs',
  goesBack: ({ service }) => [`the traffic of ${service.kind} ${service.name}`],
  record: ({ service, key, from, to }) => ({
    kind: 'traffic',
    target: { ...service, key },
    before: from,
    after: to,
  }),
};

function nameOf({ service }: SelectorTarget): string {
  return `${service.kind} ${service.name}`;
}

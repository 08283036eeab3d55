import { activeRuns } from './active-runs.ts';
import { decisions } from './decisions.ts';
import { effects } from './effects.ts';
import { endStates } from './end-states.ts';
import { leases } from './leases.ts';
import { proofs } from './proofs.ts';
import { records } from './records.ts';
import type { CreateRule, Rule, Watched } from './rule.ts';
import { stages } from './stages.ts';
import { stepOrder } from './step-order.ts';
import { stops } from './stops.ts';
import { strangers } from './strangers.ts';
import { traffic } from './traffic.ts';

const rules: readonly CreateRule[] = [
  ...[leases, stepOrder, stops, effects, proofs],
  ...[activeRuns, traffic, endStates, records, strangers, stages, decisions],
];

/** Watches a simulation from outside and keeps what broke a rule. */
export interface Referee extends Told {
  violations(): string[];
  violate(what: string): void;
}

type Told = { [Beat in keyof Rule]-?: (...args: Parameters<NonNullable<Rule[Beat]>>) => void };

export function createReferee(watched: Watched): Referee {
  const all = rules.map((create) => create(watched));
  // A rule that is broken for a while is said once.
  const violations = new Set<string>();
  const keep = (said: string[] | undefined) => said?.forEach((one) => void violations.add(one));
  return {
    violations: () => [...violations],
    violate: (what) => void violations.add(what),
    onFact: (fact) => all.forEach((rule) => void keep(rule.onFact?.(fact))),
    onEffectSent: (operation) => all.forEach((rule) => void keep(rule.onEffectSent?.(operation))),
    onEffectTaken: (effect) => all.forEach((rule) => void keep(rule.onEffectTaken?.(effect))),
    atEveryMoment: () => all.forEach((rule) => void keep(rule.atEveryMoment?.())),
    atRest: () => all.forEach((rule) => void keep(rule.atRest?.())),
  };
}

import type { Change } from '../../../deployment/deployment.ts';
import { contractOf } from '../../contract-of.ts';
import type { WeightTarget } from '../../contracts/set-weight.ts';
import type { AnsweredFact } from '../../need.ts';
import type { Step } from '../../step.ts';
import { copyOf } from '../copy-measures.ts';
import { isSameRule } from '../traffic-change.ts';
import type { Way, WayResult, WayStep } from '../way.ts';
import { type BaseKind, baseOf, type ProgressiveContext, workloadBehind } from './base.ts';
import { broughtUp, broughtUpWarnings, type Capacity, capacityOf, withCapacity } from './capacity.ts';
import { progressiveDeclares } from './declares.ts';
import { gateNeeds, gatesOf } from './gates.ts';
import { unstagedWarnings } from './not-staged.ts';
import { stagedSteps } from './steps.ts';
import { stagingWarnings } from './warnings.ts';

type Kind = BaseKind | 'copies';
type RouteFact = AnsweredFact<'route'>;

/**
 * Progressive: the traffic goes back in stages, because an old version that is cold may fail under all of it. What goes back and
 * what speaks against it is what blue-green and canary say; only how fast it goes is this way's.
 */
export const progressive: Way<Kind, typeof progressiveDeclares, Change> = {
  name: 'progressive',
  declares: progressiveDeclares,
  takesBack: (context) => (context.declared ? baseOf(context).takesBack(context) : null),
  needs: (context) => [...baseOf(context).needs(context), ...gateNeeds(context)],
  plan(context, facts) {
    const known = facts.filter((fact) => fact.kind !== 'copies');
    const capacity = capacityOf(context, known);
    if (capacity.refusals.length > 0) return { kind: 'refused', refusals: capacity.refusals };
    const result = baseOf(context).plan(context, withCapacity(known, capacity));
    if (result.kind === 'refused') return result;
    // The old version stands nowhere yet: there is nothing to which a share could go back.
    if (result.steps.some(({ step }) => contractOf(step).sets !== undefined))
      return { ...result, warnings: [...result.warnings, wasPromoted] };
    return inStages(result, context, { facts, capacity });
  },
};

const wasPromoted =
  'The old version is not running any more, so that no share of the traffic can go back to it: it goes back as a whole, not in stages.';

interface Known {
  facts: readonly AnsweredFact<Kind>[];
  capacity: Capacity;
}

function inStages(
  { steps, warnings, ...result }: Extract<WayResult, { kind: 'steps' }>,
  context: ProgressiveContext,
  known: Known,
): WayResult {
  const made = steps.map((one) => ({ one, staged: stagesInstead(one, context, known) }));
  const staged = made.flatMap((each) => each.staged ?? []);
  const before = staged.length > 0 ? broughtUp(known.capacity) : [];
  return {
    ...result,
    steps: [
      ...before,
      // Stages compare the copies by what is declared for them.
      ...made.flatMap((each) =>
        isComparison(each.one) && staged.length > 0 ? [] : (each.staged ?? [each.one]),
      ),
    ],
    warnings: [
      ...warnings,
      ...made.flatMap((each) => (each.staged ? [] : unstagedWarnings(each.one, context, known.facts))),
      ...(before.length > 0 ? broughtUpWarnings(known.capacity) : []),
      ...stagingWarnings(context, staged, known.facts),
    ],
  };
}

/** Null for a step that leads nothing back to one copy alone, or has nothing left to lead. */
function stagesInstead(
  { step }: WayStep,
  context: ProgressiveContext,
  { facts, capacity }: Known,
): WayStep[] | null {
  const { declared, service } = context;
  if (!setsWeights(step) || !declared) return null;
  const sides = sidesOf(step);
  if (!sides) return null;
  const fact = facts.find((one): one is RouteFact => one.kind === 'route' && isSameRule(one.ask, step));
  if (fact?.answer.kind !== 'seen') return null;
  const [to, other] = sides.map((name) => copyOf(service, name, workloadBehind(context, name)));
  if (!to || !other) return null;
  const gates = gatesOf(context, facts, other);
  const enough = declared.minReady ?? capacity.enough(fact.answer.seen.ready, other.name);
  return stagedSteps({ step, to, other, enough, gates, declared });
}

/** To whom all of it goes, and who has most of it now. */
function sidesOf({ from, weights }: WeightTarget): [string, string] | null {
  const [to, ...more] = Object.keys(weights).filter((name) => (weights[name] ?? 0) > 0);
  if (to === undefined || more.length > 0) return null;
  const [other] = Object.entries(from)
    .filter(([name, weight]) => name !== to && weight > 0)
    .sort(([, a], [, b]) => b - a);
  return other ? [to, other[0]] : null;
}

function setsWeights(step: Step): step is Extract<Step, WeightTarget> {
  return 'weights' in step;
}

function isComparison({ phase, step }: WayStep): boolean {
  return phase === 'traffic' && contractOf(step).looksOnly !== null;
}

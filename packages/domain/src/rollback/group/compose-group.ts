import { outcomeTogether } from '../outcome.ts';
import { type Plan, type PlanResult, type StopCondition, unregisteredIn } from '../plan.ts';
import type { Refusal } from '../refusal.ts';
import type { CascadeMember } from './cascade.ts';
import { callersBefore } from './order-members.ts';
import { sharedTargets } from './shared-targets.ts';

/** One member with the plan of its own rollback. */
export interface PlannedMember {
  member: Pick<CascadeMember, 'service' | 'deployment'>;
  result: PlanResult;
}

/**
 * The plans of the members as one: a lane each, in their order. Where one member cannot go back none is touched, because half
 * a group is what nobody has ever tried.
 *
 * @param asked the place of the member that the rollback was asked for
 */
export function composeGroup(
  planned: readonly PlannedMember[],
  asked: number,
  stopCondition: StopCondition,
): PlanResult {
  const refusals = planned.flatMap(({ member, result }) =>
    result.kind === 'refused' ? result.refusals.map((refusal) => ofMember(member, refusal)) : [],
  );
  const losses = planned.flatMap(({ result }) =>
    result.kind === 'refused' ? (result.losses ?? []) : (result.plan.outcome?.lost ?? []),
  );
  const unregistered = planned.flatMap(({ result }) => unregisteredIn(result));
  const seen = unregistered.length > 0 ? { unregistered } : {};
  if (refusals.length > 0)
    return { kind: 'refused', refusals, ...(losses.length > 0 ? { losses } : {}), ...seen };
  const known = planned.flatMap(({ member, result }) =>
    result.kind === 'plan' ? [{ member, plan: result.plan }] : [],
  );
  const shared = sharedTargets(known);
  if (shared.length > 0) return { kind: 'refused', refusals: shared };
  const plans = known.map(({ plan }) => plan);
  const first = plans[asked];
  if (!first) throw new Error('the rollback was asked for none of its members');
  let next = 0;
  const members = planned.map(({ member }) => member);
  const lanes = plans.map(({ service, from, target, steps }, place) => ({
    ...{ service, from, target },
    steps: steps.map(() => next++),
    after: callersBefore(members, place),
  }));
  const steps = plans.flatMap((plan) => plan.steps);
  const outcome = outcomeTogether(plans.flatMap((plan) => plan.outcome ?? []));
  const createdObjects = plans.flatMap((plan) => plan.createdObjects ?? []);
  return {
    kind: 'plan',
    plan: {
      ...first,
      steps,
      lanes,
      stopCondition,
      warnings: warningsOf(plans),
      outcome,
      createdObjects,
      ...seen,
    },
  };
}

function ofMember({ service }: PlannedMember['member'], refusal: Refusal): Refusal {
  return { ...refusal, reason: `${service.name}: ${refusal.reason}` };
}

function warningsOf(plans: readonly Plan[]): string[] {
  return plans.flatMap(({ service, warnings }) =>
    warnings.map((warning) => `${service.split('/').at(-1)}: ${warning}`),
  );
}

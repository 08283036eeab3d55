import type { Lane, Plan, Run } from '@lastgood/domain';
import type { WorkerDependencies } from '@lastgood/engine';
import { prepareRun } from '@lastgood/engine/rollback/prepare';
import type { Fleet } from './fleet.ts';

/** Plans that are not composed yet, with a migration or for two services at once, and the product's own for the rest. */
export function readyMadePlans(fleet: Fleet): NonNullable<WorkerDependencies['prepare']> {
  return async (deps, context, signal) => {
    const plan = planFor(context.run, fleet);
    return plan ? { kind: 'plan', plan } : prepareRun(deps, context, signal);
  };
}

/** Null where the worker plans by itself. */
function planFor({ service, members, evidence, stopCondition }: Run, { plans, schemas }: Fleet): Plan | null {
  if (members) {
    const { order } = evidence as { order: Order };
    const own = members.flatMap((member) => plans.get(member.service) ?? []);
    return { ...together(own, order), stopCondition };
  }
  const name = service.split('/').at(-1) ?? '';
  return schemas.has(name) ? (plans.get(service) ?? null) : null;
}

/** How the members stand to each other; plans that were made before there was an order have none. */
type Order = 'side-by-side' | 'callers-first' | 'one-after-the-other';

const lanesBefore: Record<Order, (lane: number) => Pick<Lane, 'after'>> = {
  'side-by-side': () => ({ after: [] }),
  'callers-first': (lane) => ({ after: lane === 0 ? [] : [lane - 1] }),
  'one-after-the-other': () => ({}),
};

/** One plan of several, a lane for each. */
function together(plans: readonly Plan[], order: Order): Plan {
  const [first] = plans;
  if (!first) throw new Error('a group has no member');
  let next = 0;
  const lanes: Lane[] = plans.map(({ service, from, target, steps }, lane) => ({
    ...{ service, from, target, ...lanesBefore[order](lane) },
    steps: steps.map(() => next++),
  }));
  return { ...first, steps: plans.flatMap(({ steps }) => steps), lanes };
}

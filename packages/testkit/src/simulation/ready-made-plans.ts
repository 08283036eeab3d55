import type { Lane, Plan, Run, RunStore } from '@lastgood/domain';
import { stepCommit } from '@lastgood/engine/rollback/step-commit';
import type { Fleet } from './fleet.ts';

/**
 * The run store with plans that no strategy makes yet: with a migration, or for two services at once. They are written at the
 * first claim by the very commit with which a worker writes what it planned.
 */
export function withReadyMadePlans(runs: RunStore, fleet: Fleet, now: () => number): RunStore {
  return {
    ...runs,
    async claim(replica, leaseMs, executing) {
      const claimed = await runs.claim(replica, leaseMs, executing);
      if (!claimed || claimed.run.plan !== null || claimed.run.stopAsked) return claimed;
      const plan = planFor(claimed.run, fleet);
      if (!plan) return claimed;
      const commit = stepCommit.planned(claimed, plan, now());
      // A lease lost here shows at the worker's own first commit.
      await runs.commit(claimed.lease, commit);
      return { ...claimed, run: { ...claimed.run, ...commit.run }, steps: commit.newSteps ?? [] };
    },
  };
}

/** Null where the worker plans by itself. */
function planFor({ service, members, evidence }: Run, { plans, schemas }: Fleet): Plan | null {
  if (members) {
    const { stopCondition } = evidence as Pick<Plan, 'stopCondition'>;
    const own = members.flatMap((member) => plans.get(member.service) ?? []);
    return { ...together(own), ...(stopCondition ? { stopCondition } : {}) };
  }
  const name = service.split('/').at(-1) ?? '';
  return schemas.has(name) ? (plans.get(service) ?? null) : null;
}

/** One plan of several, a lane for each. */
function together(plans: readonly Plan[]): Plan {
  const [first] = plans;
  if (!first) throw new Error('a group has no member');
  let next = 0;
  const lanes: Lane[] = plans.map(({ service, from, target, steps }) => ({
    ...{ service, from, target },
    steps: steps.map(() => next++),
  }));
  return { ...first, steps: plans.flatMap(({ steps }) => steps), lanes };
}

import { objectOf } from '../object-of.ts';
import { objectStateOf } from './object-state.ts';
import { patchesOf, type Rule, type Watched } from './rule.ts';

/**
 * A step is called applied when its object stands as the step wants it, in that very moment and whoever brought it there: so no
 * later step has an effect before what it rests on is proven.
 */
export function proofs({ store, world }: Watched): Rule {
  return {
    onFact(fact) {
      if (fact.kind !== 'written') return [];
      const steps = store.world.runs.get(fact.runId)?.steps ?? fact.commit.newSteps ?? [];
      return patchesOf(fact.commit).flatMap(({ ordinal, status }) => {
        const step = steps.find((one) => one.ordinal === ordinal)?.planned.step;
        if (status !== 'applied' || !step || world.setByOthers.has(objectOf(step) ?? '')) return [];
        const stands = objectStateOf(step, world);
        return stands === null || stands === 'target'
          ? []
          : [`${fact.runId}/${ordinal} (${step.kind}) is applied, but the world is ${stands}`];
      });
    },
  };
}

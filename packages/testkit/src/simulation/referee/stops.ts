import { patchesOf, type Rule, type Watched } from './rule.ts';

/** Once somebody has asked to stop a run, nothing more is begun. What may be on its way is tried until it is settled. */
export function stops({ store }: Watched): Rule {
  return {
    onFact(fact) {
      const row = store.world.runs.get(fact.runId);
      if (fact.kind !== 'written' || !row?.run.stopAsked) return [];
      const begun = patchesOf(fact.commit).filter(({ status }) => status === 'started');
      return begun.flatMap(({ ordinal }) => {
        const was = row.steps.find((step) => step.ordinal === ordinal)?.status ?? 'pending';
        return was === 'pending'
          ? [`step ${ordinal} of ${fact.runId} was begun after its stop was asked for`]
          : [];
      });
    },
  };
}

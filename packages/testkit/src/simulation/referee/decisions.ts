import { replayDecision } from '@lastgood/domain';
import type { Rule, Watched } from './rule.ts';

/** Every decision comes out as it was, word for word, from what was stored of it alone. */
export function decisions({ store }: Watched): Rule {
  return {
    atRest() {
      const { world } = store;
      const readings = Map.groupBy(world.readings, ({ deploymentId }) => deploymentId);
      return world.decisions.flatMap((one) => {
        const again = replayDecision(one, readings.get(one.deploymentId) ?? []);
        const said = again.kind === 'cannot' ? [again.reason, ...again.differences] : again.differences;
        return said.map((what) => `the decision ${one.id}, judged again: ${what}`);
      });
    },
  };
}

import { advanceTrigger, type TriggerState } from '@lastgood/domain';
import type { StoreContext } from '../connection/store-context.ts';
import type { TriggerState as StateRow } from '../generated/client.ts';
import { packedSince } from '../reading/packed-since.ts';
import { toTriggerState } from '../rows/trigger-row.ts';

/** For so long at most a trigger at rest is not written down, in milliseconds of slot time: what may have to be judged again. */
export const restMs = 60_000;

/** How the triggers of a deployment stand, by name. */
export type StatesOf = (deploymentId: string) => ReadonlyMap<string, TriggerState>;

/**
 * How triggers stand, from their rows and from what was packed since these were written: the trigger machine judges that again, so
 * that the result is what it came to then.
 */
export async function loadTriggerStates({ sql }: StoreContext, rows: readonly StateRow[]): Promise<StatesOf> {
  const states = new Map<string, Map<string, TriggerState>>();
  for (const row of rows) {
    const ofDeployment = states.get(row.deploymentId) ?? new Map<string, TriggerState>();
    states.set(row.deploymentId, ofDeployment.set(row.trigger, toTriggerState(row)));
  }
  for (const judged of await packedSince(sql, [...states.keys()], restMs)) {
    const ofDeployment = states.get(judged.deploymentId);
    const before = ofDeployment?.get(judged.trigger);
    if (!before) continue;
    const { trigger, rules } = judged.definition;
    ofDeployment?.set(judged.trigger, advanceTrigger({ ...judged, trigger, rules, before }).state);
  }
  return (deploymentId) => states.get(deploymentId) ?? new Map();
}

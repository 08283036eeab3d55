import { Check } from 'typebox/value';
import { isSameWorkload, type WorkloadRef, workloadInWords } from '../../../workload/workload.ts';
import type { Refusal } from '../../refusal.ts';
import { blueGreenDeclares } from '../blue-green/declares.ts';
import { canaryDeclares } from '../canary/declares.ts';
import { isDelivered } from '../delivered.ts';
import type { MigrationContext } from './change.ts';

const byHand =
  'By hand: scale the writers to 0, reverse the schema with its own tool, bring up what holds the target alone, and lead the traffic there. Then roll back again.';

/**
 * Why the schema cannot go back together with the traffic. Traffic is led only to pods that are ready, and while a schema goes
 * back no writer has any. What the traffic is taken from keeps its code, and would be started again on the old schema.
 */
export function trafficRefusals(context: MigrationContext): Refusal[] {
  const { service } = context;
  if (isDelivered(service))
    return [
      {
        code: 'delivered-writers',
        reason:
          'The release changed a database schema, and a delivery controller brings its workloads out: it waits for ready pods, and while the schema goes back the writers have none.',
        advice: byHand,
      },
    ];
  if (!leadsTraffic(context)) return [];
  const behind = behindTraffic(context);
  const writers = service.writers.filter(
    (writer) => behind === null || behind.some((one) => isSameWorkload(one, writer)),
  );
  return writers.map((writer) => ({
    code: 'writer-gets-traffic',
    reason: `${workloadInWords(writer)} writes the data and ${behind === null ? 'may be' : 'is'} one of those that the traffic is split or switched between: it would stand still when the traffic is to go back, or start again with the code that is taken back.`,
    advice: byHand,
  }));
}

/** Whether taking the deployment back moves traffic, too. */
function leadsTraffic({ deployment }: MigrationContext): boolean {
  return deployment.strategy !== 'rolling' || deployment.changes.some(({ kind }) => kind === 'traffic');
}

/** Null where nothing says what the traffic is split or switched between: it may be any workload. */
function behindTraffic({ service }: MigrationContext): WorkloadRef[] | null {
  const { 'blue-green': switched, canary: split } = service.rollback;
  const slots = Check(blueGreenDeclares, switched) ? Object.values(switched.slots) : [];
  const sides = Check(canaryDeclares, split) ? [split.stable.workload, split.canary.workload] : [];
  const behind = [...slots, ...sides];
  return behind.length > 0 ? behind : null;
}

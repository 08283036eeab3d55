import type { JudgedTrigger } from '@lastgood/domain';
import type { StoreContext } from '../connection/store-context.ts';
import { toDeployment } from '../rows/deployment-row.ts';
import { toService } from '../rows/service-row.ts';
import { loadEffectiveTriggers, withStates } from './effective-triggers.ts';
import { loadTriggerStates } from './trigger-states.ts';

/** See `DeploymentStore.judgedTriggers`. */
export async function loadJudgedTriggers(context: StoreContext, id: string): Promise<JudgedTrigger[]> {
  const row = await context.prisma.deployment.findUnique({
    where: { id },
    include: { service: true, triggerStates: true },
  });
  if (!row) return [];
  const [triggersOf, statesOf] = await Promise.all([
    loadEffectiveTriggers(context.prisma, [row.service]),
    loadTriggerStates(context, row.triggerStates),
  ]);
  const triggers = triggersOf(toService(row.service));
  return withStates(triggers, statesOf(id), toDeployment({ ...row, changes: [] })).flatMap(
    ({ trigger, state }) => (state ? [{ trigger, state }] : []),
  );
}

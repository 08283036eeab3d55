import { type ClaimedMember, type DeploymentStore, unresolvedOf } from '@lastgood/domain';
import type { Clock } from '../clock.ts';
import type { WorkContext } from './work-context.ts';

interface Dependencies {
  deployments: Pick<DeploymentStore, 'watched'>;
  clock: Clock;
}

/** A run that ends, with what is wrong with each of its releases: whether what wanted a person is as it was. */
export async function withUnresolved(
  { deployments, clock }: Dependencies,
  context: WorkContext,
): Promise<WorkContext> {
  const { members } = context;
  if (members) return { ...context, members: await Promise.all(members.map((one) => asItStands(one))) };
  return asItStands(context);

  /** Where it cannot be read the run ends all the same. */
  async function asItStands<T extends ClaimedMember>(one: T): Promise<T> {
    try {
      const watched = await deployments.watched(one.deployment.id);
      return { ...one, unresolved: watched && unresolvedOf(watched, clock.now()) };
    } catch {
      return one;
    }
  }
}

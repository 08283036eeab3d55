import {
  allWays,
  asPlanned,
  closerNeed,
  type DeploymentStore,
  elsewhereWithinMs,
  isOfService,
  judgeSeen,
  keptOf,
  type Moved,
  namedElsewhere,
  notMovedWords,
  type ReleaseElsewhere,
  type SeenFacts,
  unheardOf,
  unheardWords,
} from '@lastgood/domain';
import type { EffectPorts } from './apply-step.ts';
import { type FactsAsked, fetchOne, type GatherDependencies } from './gather-facts.ts';

/** What changed since the deployment began and was not registered: what was kept then, against what stands now. */
export async function seeUnregistered(
  { deployments, ports, clock }: GatherDependencies,
  { service, deployment, including, signal, ways = allWays }: FactsAsked,
): Promise<SeenFacts> {
  const asked = { service, deployment, including };
  const kept = keptOf(asked, ways);
  const read = await Promise.all(
    kept.map(async (one) => ({ ...one, fact: await fetchOne(ports, one.look.need, signal) })),
  );
  const { moved, warnings, refusals } = judgeSeen(asked, read);
  const close = await Promise.all(
    moved.map(async (one) => ({ one, is: await isCloser(ports, one, signal) })),
  );
  const elsewhere = close.filter(({ one, is }) => !is && one.included);
  const own = close.flatMap(({ one, is }) => (is ? [asPlanned(one)] : []));
  const since = Math.max(deployment.startedAt, clock.now() - elsewhereWithinMs);
  return {
    unregistered: await Promise.all(
      own.map(async (one) =>
        namedElsewhere(one, await changedElsewhere(deployments, one, service.key, since)),
      ),
    ),
    warnings: [
      ...warnings,
      ...elsewhere.map(({ one }) => notMovedWords(one.kept.look, 'elsewhere', deployment)),
      ...unheardOf(asked, kept).map((name) => unheardWords(name, deployment)),
    ],
    refusals,
  };
}

/** It only adds a name: no plan waits for a database that is too busy to tell it. */
async function changedElsewhere(
  deployments: DeploymentStore,
  ...asked: Parameters<DeploymentStore['changedElsewhere']>
): Promise<ReleaseElsewhere[] | null> {
  try {
    return await deployments.changedElsewhere(...asked);
  } catch {
    return null;
  }
}

async function isCloser(ports: EffectPorts, moved: Moved, signal: AbortSignal): Promise<boolean> {
  const need = closerNeed(moved);
  return isOfService(moved, need && (await fetchOne(ports, need, signal)));
}

import type { RunCommit } from '@lastgood/domain';
import type { InMemoryStore } from '../../fakes/in-memory-store.ts';
import type { RunRow } from '../../fakes/store/world.ts';
import type { Rule, Watched } from './rule.ts';

/** What people read is true: a message for every stop, deployments that say what their run came to, a slot judged once. */
export function records({ store }: Watched): Rule {
  let stops = 0;
  return {
    onFact(fact) {
      const row = store.world.runs.get(fact.runId);
      if (fact.kind === 'written' && row) stops += badEnds(row, fact.commit);
      return [];
    },
    atRest() {
      const { world } = store;
      const ends = ['rollback_failed', 'rollback_cancelled', 'still_wrong'];
      const pages = world.outbox.filter(({ notification: { kind } }) => ends.includes(kind)).length;
      return [
        ...(pages === stops ? [] : [`${stops} stops led to ${pages} pages`]),
        ...judgedTwice(world),
        ...deploymentFaults(world),
      ];
    },
  };
}

/**
 * Each member of a group was told that it begins: one that never does counts, too. A run that is cancelled before it was planned is worth
 * no message.
 */
function badEnds({ run, steps }: RunRow, commit: RunCommit): number {
  // One that could not be planned ends as a whole.
  const ends = run.members && steps.length > 0 ? (commit.members ?? []) : [commit.run];
  return ends.filter((end) => end?.status === 'stopped' || (end?.status === 'cancelled' && steps.length > 0))
    .length;
}

type World = InMemoryStore['world'];

function judgedTwice({ readings }: World): string[] {
  const seen = new Set<string>();
  return readings.flatMap(({ deploymentId, trigger, slot }) => {
    const key = `${deploymentId}/${trigger}@${slot}`;
    if (seen.has(key)) return [`${key} was judged twice`];
    seen.add(key);
    return [];
  });
}

function deploymentFaults({ runs, deployments }: World): string[] {
  return [...runs.values()].flatMap(({ run }) => {
    const ends = run.members ?? [{ ...run, lane: 0 }];
    return ends.flatMap(({ lane, status, deploymentId, service }) => {
      if (status !== 'done') return [];
      const rolledBack = deployments.get(deploymentId)?.deployment.status === 'rolled_back';
      const id = lane === 0 ? run.id : `${run.id}.${lane}`;
      const row = deployments.get(`${id}-rollback`)?.deployment;
      if (rolledBack && row?.status === 'completed') return [];
      return [`${run.id} is done with ${service}, its deployments do not say so`];
    });
  });
}

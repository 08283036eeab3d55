import { formatClock } from '../trigger/format.ts';
import { beganAt, deployedBefore, keysOf } from './group-members.ts';
import type { FailingGroup } from './standing.ts';
import type { StandingService } from './standing-service.ts';

/** Deploys within this time of each other are one act. */
const sameDeployMs = 2 * 60_000;
const fewest = 3;

/** Services that were deployed at the same moment and began to fail after it. */
export function deployGroups(left: readonly StandingService[]): FailingGroup[] {
  const deployed = left
    .flatMap((one) => {
      const { release } = one.known;
      return release && deployedBefore(release, beganAt(one)) !== null
        ? [{ one, at: release.startedAt }]
        : [];
    })
    .sort((a, b) => a.at - b.at);
  const groups: FailingGroup[] = [];
  let together: typeof deployed = [];
  const close = () => {
    const [first] = together;
    if (first && together.length >= fewest) {
      const name = formatClock(first.at);
      groups.push({
        cause: { kind: 'deploy', name },
        sentence: `${together.length} services fail together; all were deployed at ${name}`,
        services: keysOf(together.map(({ one }) => one)),
        deploymentId: null,
      });
    }
    together = [];
  };
  for (const next of deployed) {
    const [first] = together;
    if (first && next.at - first.at > sameDeployMs) close();
    together.push(next);
  }
  close();
  return groups;
}

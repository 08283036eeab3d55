import type { InfrastructureSeen } from '@lastgood/domain';
import type { SimulatedWay } from './site.ts';

const queue = 'aws_sqs_queue.retries';

/** A stack whose configuration came with the release. */
export const infrastructure: SimulatedWay = {
  name: 'infrastructure',
  role: 'comes-along',
  shownBy: ['apply-infrastructure'],
  bringOut({ name, world, bad, meddlings }) {
    const stack = `${name}-stack`;
    const [before, after] = ['a1a1a1a', 'b2b2b2b'];
    bad.push({ kind: 'infrastructure', target: { stack }, before, after });
    const seen: InfrastructureSeen = {
      ...{ lineage: `lineage-${name}`, version: after, serial: 4, lockedBy: null, drifted: [] },
      changes: [{ address: queue, type: 'aws_sqs_queue', action: 'update', keepsData: false }],
    };
    world.state.stacks[stack] = seen;
    const theirs = 'terraform of somebody';
    meddlings.push({
      what: `somebody locks the state of ${stack}`,
      object: null,
      act() {
        seen.lockedBy ??= theirs;
      },
      putBack() {
        if (seen.lockedBy === theirs) seen.lockedBy = null;
      },
    });
    meddlings.push({
      what: `somebody changes ${queue} of ${stack} by hand`,
      object: null,
      act: () => void seen.drifted.push(queue),
      putBack: () => void seen.drifted.splice(0),
    });
  },
};

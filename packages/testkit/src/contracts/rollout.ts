import { afterEach, beforeEach, describe } from 'vitest';
import { describeFaults } from './rollout/faults.ts';
import { describeImages } from './rollout/images.ts';
import { describeDiscovery, describeOwners, describeReading } from './rollout/reading.ts';
import { describeReleasing } from './rollout/releasing.ts';
import { describeRefusing, describeSetting } from './rollout/setting.ts';
import type { RolloutWorld } from './rollout/world.ts';

/** What every rollout adapter and its fake twin promise. */
export function rolloutContract(name: string, open: () => Promise<RolloutWorld>): void {
  describe(`${name} keeps the rollout contract`, () => {
    let world: RolloutWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    describeReading(() => world);
    describeOwners(() => world);
    describeDiscovery(() => world);
    describeSetting(() => world);
    describeRefusing(() => world);
    describeFaults(() => world);
    describeReleasing(() => world);
    describeImages(() => world);
  });
}

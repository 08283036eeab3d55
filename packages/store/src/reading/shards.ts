import { spreadOf } from '@lastgood/domain';

/** How many rows of packed readings a chunk has in a slot at most: few to write, and each small enough to be read for one deployment. */
export const shards = 16;

/**
 * In which of them a deployment's readings are. What is stored bears its shard: another rule may follow for new series. By the same
 * number those that stand take turns, so that a slot has the rows of few shards.
 */
export function shardOf(deploymentId: string): number {
  return spreadOf(deploymentId) % shards;
}

/** How many rows of packed readings a chunk has in a slot at most: few to write, and each small enough to be read for one deployment. */
export const shards = 16;

/** In which of them a deployment's readings are. What is stored bears its shard: another rule may follow for new series. */
export function shardOf(deploymentId: string): number {
  let hash = 0;
  for (let at = 0; at < deploymentId.length; at += 1)
    hash = (Math.imul(hash, 31) + deploymentId.charCodeAt(at)) >>> 0;
  return hash % shards;
}

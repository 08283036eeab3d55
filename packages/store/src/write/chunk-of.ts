/** A chunk is judged in one claim; more deployments than this and a slot takes too long. */
const chunkSize = 250;

/**
 * What a chunk has room for: what is watched, and the newest deployment of each service; as SQL over a row of deployments. What a
 * rollback takes back is read with the chunk of that rollback besides; see `loadWatched`.
 */
export function isOfChunk(alias: string): string {
  return `(${alias}.watch_closed_at is null or ${alias}.newest)`;
}

/** How many chunks there are, as SQL. */
export const countChunks = `greatest(
  (select max(chunk) from deployments where watch_closed_at is null), (select max(chunk) from deployments where newest), -1) + 1`;

/**
 * The chunk of a deployment that is about to be the newest of a service, as SQL over the service's row with its new release: the
 * chunk of the one before, else the first with room. Two that arrive at once may overfill a chunk by one, which does no harm.
 * Each cluster has chunks of its own: what measures one and does not answer delays the judgement of no other.
 */
export function chunkOf(service: string): string {
  const others = `deployments d join services other on other.key = d.service_key and other.deleted_at is null`;
  const isAlien = (chunk: string) => `exists (select from ${others}
      where d.chunk = ${chunk} and ${isOfChunk('d')} and other.cluster <> ${service}.cluster)`;
  return `coalesce(
    (select before.chunk from deployments before
     where before.service_key = ${service}.key and before.release = ${service}.last_release - 1
       and not ${isAlien('before.chunk')}),
    (select min(number) from generate_series(0, ${countChunks}) as number
     where (select count(*) from ${others} where d.chunk = number and ${isOfChunk('d')}) < ${chunkSize}
       and not ${isAlien('number')}),
    0)`;
}

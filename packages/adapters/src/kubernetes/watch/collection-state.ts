/**
 * How well one collection of a cluster is known.
 * - `starting`: nothing is known yet.
 * - `watching`: every change arrives; `heardAt` is the last sign of life of its watch.
 * - `listing`: nothing may be watched here, so it is asked again and again; known as of `listedAt`.
 * - `behind`: cut off; what is in memory may be of the past.
 *
 * `rightMissing`: the cluster refuses it to Lastgood's credentials.
 */
export type CollectionState =
  | { kind: 'starting' }
  | { kind: 'watching'; heardAt: number }
  | { kind: 'listing'; listedAt: number; everyMs: number; reason: string; rightMissing: boolean }
  | { kind: 'behind'; since: number; reason: string; rightMissing: boolean };

/** Up to when the collection is known to be as it is in memory; null when it is not in sync. */
export function inSyncUntil(state: CollectionState, now: number, silenceMs: number): number | null {
  if (state.kind === 'watching') return now - state.heardAt <= silenceMs + slackMs ? state.heardAt : null;
  if (state.kind === 'listing')
    return now - state.listedAt <= 2 * state.everyMs + slackMs ? state.listedAt : null;
  return null;
}

/** For a timer that fires late, and for the answer to the request that it sends. */
const slackMs = 15_000;

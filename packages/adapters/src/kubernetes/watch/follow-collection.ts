import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '../answer-words.ts';
import type { ApiAnswer, ApiRejection } from '../api-answer.ts';
import type { ApiClient } from '../api-client.ts';
import type { ApiStream, StreamEnd } from '../api-stream.ts';
import { listAll } from '../list-all.ts';
import type { CollectionState } from './collection-state.ts';
import { type ServedObject, toWatchEvent, type WatchEvent } from './watch-event.ts';
import { pauseAfter, type WatchPace } from './watch-pace.ts';

export interface CollectionDependencies {
  api: ApiClient;
  stream: ApiStream;
  pace: WatchPace;
  now: () => number;
  /** From 0 to 1. */
  random: () => number;
  /** How often the list is asked where nothing may be watched. */
  listEveryMs: () => number;
}

/** Whoever keeps the objects. */
export interface CollectionSink<T> {
  /** The whole collection: what is not among these is gone. */
  replace(items: T[]): void;
  changed(object: T): void;
  removed(object: T): void;
  turned(state: CollectionState): void;
}

export interface FollowedCollection {
  state(): CollectionState;
  stop(): Promise<void>;
}

/**
 * Keeps a sink like a collection of the cluster: a list, then a watch from the list's version, opened again from the last
 * version seen whenever it ends, which is normal. A version that has expired, told inside the stream, leads to a new list.
 * Faults are tried again after growing pauses; where watching is not possible, the list is asked at a slow pace.
 */
export function followCollection<T extends ServedObject>(
  path: string,
  deps: CollectionDependencies,
  sink: CollectionSink<T>,
): FollowedCollection {
  const stopped = new AbortController();
  const following = createFollowing(path, deps, sink, stopped.signal);
  const running = following.run();
  return {
    state: following.state,
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

/** What is to be done next: after a pause in milliseconds, go on watching, or list again. */
type Next = { what: 'watch' | 'list'; pauseMs: number };

function createFollowing<T extends ServedObject>(
  path: string,
  deps: CollectionDependencies,
  sink: CollectionSink<T>,
  signal: AbortSignal,
) {
  const { api, pace, now } = deps;
  let state: CollectionState = { kind: 'starting' };
  let version = '';
  let failures = 0;
  /** Since when nothing may be watched; null while it may. */
  let refused: { at: number; reason: string; rightMissing: boolean } | null = null;

  const turn = (to: CollectionState) => {
    state = to;
    sink.turned(to);
  };
  const failed = (reason: string, what: Next['what'], answer: ApiAnswer | null = null): Next => {
    failures += 1;
    const since = state.kind === 'behind' ? state.since : now();
    const behind = { kind: 'behind', since, reason, rightMissing: lacksRight(answer) } as const;
    if (state.kind === 'behind') state = behind;
    else turn(behind);
    const toldMs = answer?.kind === 'rejected' ? (answer.retryAfterMs ?? 0) : 0;
    const pauseMs = pauseAfter(failures, pace, deps.random);
    return { what, pauseMs: Math.max(pauseMs, Math.min(toldMs, 2 * pace.longestPauseMs)) };
  };

  async function list(): Promise<Next> {
    const answer = await listAll<T>(api, path, {}, signal);
    if (answer.kind !== 'ok') return failed(reasonOf(answer), 'list', answer);
    version = answer.resourceVersion;
    sink.replace(answer.items);
    if (refused && now() - refused.at >= pace.askRightsAgainMs) refused = null;
    if (!refused) {
      turn({ kind: 'watching', heardAt: now() });
      return { what: 'watch', pauseMs: 0 };
    }
    failures = 0;
    return listFromNowOn(refused);
  }

  function listFromNowOn({ reason, rightMissing }: NonNullable<typeof refused>): Next {
    const everyMs = deps.listEveryMs();
    turn({ kind: 'listing', listedAt: now(), everyMs, reason, rightMissing });
    return { what: 'list', pauseMs: everyMs };
  }

  const watch = () => watchOnce(path, version, deps, { turn, state: () => state, take }, signal);

  function take(event: WatchEvent<T>): void {
    if (event.kind === 'changed') sink.changed(event.object);
    if (event.kind === 'removed') sink.removed(event.object);
    if ('resourceVersion' in event && event.resourceVersion !== '') version = event.resourceVersion;
  }

  function afterWatch({ end, last, livedMs }: WatchedOnce): Next {
    // Some servers close at once whatever they are asked; then an ordinary end is a fault, too.
    if (livedMs >= pace.firstPauseMs) failures = 0;
    if (last === 'no-watch') return cannotWatch('the API server answers a watch with a list', false);
    if (last === 'expired') return failures++ === 0 ? { what: 'list', pauseMs: 0 } : failed(expired, 'list');
    if (typeof last === 'object' && last) return failed(last.reason, 'list');
    if (end.kind === 'rejected') return afterRejection(end);
    if (livedMs >= pace.firstPauseMs || end.kind === 'cancelled') return { what: 'watch', pauseMs: 0 };
    if (end.kind === 'broken') return failed(`the watch broke: ${end.reason}`, 'watch');
    return failed('the API server ends each watch at once', 'watch');
  }

  function afterRejection(end: ApiRejection): Next {
    if (end.code === 410) return failed(expired, 'list');
    if ([400, 403, 404, 405, 406, 415, 422, 501].includes(end.code))
      return cannotWatch(reasonOf(end), lacksRight(end));
    return failed(reasonOf(end), end.code === 500 ? 'list' : 'watch', end);
  }

  function cannotWatch(reason: string, rightMissing: boolean): Next {
    refused = { at: now(), reason, rightMissing };
    return listFromNowOn(refused);
  }

  return {
    state: () => state,
    async run() {
      let next: Next = { what: 'list', pauseMs: 0 };
      while (!signal.aborted) {
        next = next.what === 'list' ? await list() : afterWatch(await watch());
        if (next.pauseMs > 0) await sleep(next.pauseMs, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

function lacksRight(answer: ApiAnswer | null): boolean {
  return answer?.kind === 'rejected' && answer.code === 403;
}

const expired = 'what changed in the meantime is no longer told';

interface WatchedOnce {
  end: StreamEnd;
  /** What its last line said, if that ended it. */
  last: 'expired' | 'no-watch' | { reason: string } | null;
  livedMs: number;
}

interface Watching<T> {
  turn(state: CollectionState): void;
  state(): CollectionState;
  take(event: WatchEvent<T>): void;
}

async function watchOnce<T extends ServedObject>(
  path: string,
  version: string,
  { stream, pace, now, random }: CollectionDependencies,
  { turn, state, take }: Watching<T>,
  signal: AbortSignal,
): Promise<WatchedOnce> {
  const seen: { last: WatchedOnce['last']; openedAt: number | null } = { last: null, openedAt: null };
  let catchUp: NodeJS.Timeout | undefined;
  const heard = () => turnOrStay(state(), now(), turn);
  const end = await stream(
    {
      path,
      query: {
        watch: 'true',
        allowWatchBookmarks: 'true',
        resourceVersion: version,
        timeoutSeconds: String(Math.round((pace.endsAfterMs * (1 + random())) / 1_000)),
      },
      openWithinMs: pace.openWithinMs,
      silenceMs: pace.silenceMs,
      onOpen() {
        seen.openedAt = now();
        // What was missed comes first; until then memory is of the past.
        if (state().kind === 'behind') catchUp = setTimeout(heard, pace.catchUpMs);
        else heard();
      },
      onLine(line) {
        const event = toWatchEvent<T>(line);
        take(event);
        if (event.kind === 'expired' || event.kind === 'no-watch') seen.last = event.kind;
        else if (event.kind === 'error') seen.last = { reason: event.reason };
        else if (state().kind === 'watching') heard();
      },
    },
    signal,
  );
  clearTimeout(catchUp);
  return { end, last: seen.last, livedMs: seen.openedAt === null ? 0 : now() - seen.openedAt };
}

/** A sign of life is no turn: only becoming known is told. */
function turnOrStay(state: CollectionState, at: number, turn: (state: CollectionState) => void): void {
  if (state.kind === 'watching') state.heardAt = at;
  else turn({ kind: 'watching', heardAt: at });
}

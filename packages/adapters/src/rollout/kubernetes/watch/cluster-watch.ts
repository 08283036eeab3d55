import type { ReadResult } from '@lastgood/domain/workload/observation';
import type { WatchState } from '@lastgood/domain/workload/watch-state';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { nameOf } from '../../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../../kubernetes/api-client.ts';
import type { ApiStream } from '../../../kubernetes/api-stream.ts';
import { collectionPath, resourcesOf } from '../../../kubernetes/resource-paths.ts';
import { type CollectionState, inSyncUntil } from '../../../kubernetes/watch/collection-state.ts';
import { type FollowedCollection, followCollection } from '../../../kubernetes/watch/follow-collection.ts';
import type { WatchPace } from '../../../kubernetes/watch/watch-pace.ts';
import { observe } from '../read-workload.ts';
import { addressOf, createObjectMemory, type ObjectMemory, type WorkloadAddress } from './object-memory.ts';
import { type Collection, collectionKey, wantedCollections } from './wanted-collections.ts';

export interface ClusterWatchDependencies {
  cluster: string;
  api: ApiClient;
  stream: ApiStream;
  pace: WatchPace;
  now: () => number;
  random: () => number;
  onChange(workloads: readonly WorkloadTarget[]): void;
}

/** Keeps the workloads of one cluster in memory. */
export interface ClusterWatch {
  follow(workloads: readonly WorkloadTarget[]): void;
  observe(workload: WorkloadTarget): ReadResult;
  state(): WatchState;
  close(): Promise<void>;
}

export function createClusterWatch(deps: ClusterWatchDependencies): ClusterWatch {
  const { cluster, pace } = deps;
  const memory = createObjectMemory();
  const followed = new Map<WorkloadAddress, WorkloadTarget>();
  /** What an observation said, until something of the workload changes: most looks find nothing new. */
  const observed = new Map<WorkloadAddress, ReadResult>();
  const tell = createGathering(pace.gatherMs, (addresses) =>
    deps.onChange([...addresses].flatMap((address) => followed.get(address) ?? [])),
  );
  const touched = (addresses: readonly WorkloadAddress[]) => {
    for (const address of addresses) {
      observed.delete(address);
      if (followed.has(address)) tell.add(address);
    }
  };
  const collections = createCollections(deps, memory, {
    touched,
    // What is in sync again may have changed; what is not any more is to be said.
    turned: ({ resource, namespace }) =>
      touched(
        [...followed].flatMap(([address, one]) =>
          (namespace ?? one.namespace) === one.namespace && resourcesOf(one.kind).includes(resource)
            ? [address]
            : [],
        ),
      ),
  });

  function fromMemory(workload: WorkloadTarget, asOf: number): ReadResult {
    const around = memory.surroundings(workload);
    return around
      ? { kind: 'found', observation: observe(workload, around, asOf) }
      : { kind: 'not-found', reason: `${nameOf(workload)} does not exist in cluster ${cluster}` };
  }

  function recall(workload: WorkloadTarget, asOf: number): ReadResult {
    const address = addressOf(workload);
    const known = observed.get(address) ?? fromMemory(workload, asOf);
    observed.set(address, known);
    if (known.kind !== 'found') return known;
    const { observation } = known;
    const snapshot = { ...observation.snapshot, observedAt: asOf };
    return { kind: 'found', observation: { ...observation, snapshot } };
  }

  return {
    follow(workloads) {
      followed.clear();
      for (const workload of workloads) followed.set(addressOf(workload), workload);
      collections.want(workloads);
    },
    observe(workload) {
      const known = collections.knownOf(workload);
      if (known.kind === 'unknown') return { kind: 'unreachable', reason: known.reason };
      return recall(workload, known.asOf);
    },
    state: collections.summary,
    async close() {
      tell.stop();
      await collections.close();
    },
  };
}

interface Told {
  touched(addresses: readonly WorkloadAddress[]): void;
  turned(collection: Collection): void;
}

type Known = { kind: 'known'; asOf: number } | { kind: 'unknown'; reason: string };

/** The lists and watches of one cluster, as many as its workloads need. */
function createCollections(deps: ClusterWatchDependencies, memory: ObjectMemory, told: Told) {
  const { cluster, api, stream, pace, now, random } = deps;
  const running = new Map<string, Collection & { followed: FollowedCollection }>();
  const ending = new Set<Promise<void>>();
  let workloads: readonly WorkloadTarget[] = [];
  let mayWatchAll = true;
  const isClusterWide = () =>
    mayWatchAll && new Set(workloads.map(({ namespace }) => namespace)).size > pace.namespacesOneByOne;

  function start(collection: Collection): FollowedCollection {
    const { resource, namespace } = collection;
    const isWanted = (one: { metadata: { namespace?: string } }) =>
      namespace !== null || workloads.some((workload) => workload.namespace === one.metadata.namespace);
    return followCollection(
      collectionPath(resource, namespace),
      {
        ...{ api, stream, pace, now, random },
        listEveryMs: () => Math.max(pace.listEveryMs, (running.size * 1_000) / pace.listsPerSecond),
      },
      {
        replace: (items) => told.touched(memory.replace(resource, namespace, items.filter(isWanted))),
        changed: (object) => {
          if (isWanted(object)) told.touched(memory.put(resource, object));
        },
        removed: (object) => told.touched(memory.remove(resource, object)),
        turned(state) {
          told.turned(collection);
          if (namespace === null && isRefused(state)) {
            mayWatchAll = false;
            queueMicrotask(reconcile);
          }
        },
      },
    );
  }

  function stop(key: string): void {
    const one = running.get(key);
    running.delete(key);
    const end = one?.followed.stop();
    if (end) ending.add(end.finally(() => ending.delete(end)));
  }

  function reconcile(): void {
    const wanted = wantedCollections(workloads, isClusterWide());
    for (const key of [...running.keys()]) if (!wanted.has(key)) stop(key);
    for (const [key, collection] of wanted)
      if (!running.has(key)) running.set(key, { ...collection, followed: start(collection) });
  }

  const stateOf = (collection: Collection): CollectionState =>
    (
      running.get(collectionKey(collection)) ?? running.get(collectionKey({ ...collection, namespace: null }))
    )?.followed.state() ?? { kind: 'starting' };

  return {
    want(next: readonly WorkloadTarget[]) {
      const known = new Set(workloads.map(({ namespace }) => namespace));
      const grows = next.some(({ namespace }) => !known.has(namespace));
      workloads = next;
      // A list over all namespaces left out those that nobody had asked for.
      if (grows) for (const [key, { namespace }] of [...running]) if (namespace === null) stop(key);
      reconcile();
    },
    /** Up to when all that a workload is told from is known to be as it is in memory. */
    knownOf({ kind, namespace }: WorkloadTarget): Known {
      let asOf = now();
      for (const resource of resourcesOf(kind)) {
        const state = stateOf({ resource, namespace });
        const until = inSyncUntil(state, now(), pace.silenceMs);
        if (until === null) {
          const reason = `what cluster ${cluster} shows may be of the past: ${troubleIn(state, now(), pace)}`;
          return { kind: 'unknown', reason };
        }
        asOf = Math.min(asOf, until);
      }
      return { kind: 'known', asOf };
    },
    summary(): WatchState {
      const states = [...running.values()].map(({ followed }) => followed.state());
      const behind = states.map((state) => troubleIn(state, now(), pace)).find((reason) => reason !== null);
      if (behind !== undefined) return { cluster, kind: 'behind', reason: behind };
      const listed = states.find((state) => state.kind === 'listing');
      if (!listed) return { cluster, kind: 'watched', reason: null };
      const reason = `asked every ${Math.round(listed.everyMs / 1_000)} s, for nothing may be watched: ${listed.reason}`;
      return { cluster, kind: 'listed', reason };
    },
    async close() {
      for (const key of [...running.keys()]) stop(key);
      await Promise.all(ending);
    },
  };
}

function isRefused(state: CollectionState): boolean {
  return (state.kind === 'behind' || state.kind === 'listing') && state.rightMissing;
}

function troubleIn(state: CollectionState, at: number, { silenceMs }: WatchPace): string | null {
  if (inSyncUntil(state, at, silenceMs) !== null) return null;
  if (state.kind === 'starting') return 'it has not been read yet';
  return state.kind === 'behind' ? state.reason : 'nothing has been heard of it for too long';
}

/** Tells what came together a moment after the first of it. */
function createGathering(afterMs: number, tellNow: (addresses: Set<WorkloadAddress>) => void) {
  let gathered = new Set<WorkloadAddress>();
  let timer: NodeJS.Timeout | undefined;
  return {
    add(address: WorkloadAddress) {
      gathered.add(address);
      timer ??= setTimeout(() => {
        const all = gathered;
        gathered = new Set();
        timer = undefined;
        tellNow(all);
      }, afterMs);
    },
    stop: () => clearTimeout(timer),
  };
}

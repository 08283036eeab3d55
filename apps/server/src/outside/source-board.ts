import { isDeepStrictEqual } from 'node:util';
import { type Configured, families, serving, vendorOf } from '@lastgood/adapters';
import type { FollowedState, Health, Outage, WatchState } from '@lastgood/domain';

export type SourceKind = 'postgres' | 'metrics' | 'cluster' | 'notifier';

export interface SourceState {
  kind: SourceKind;
  /** What people call it: "Prometheus". */
  title: string;
  name: string;
  health: Health;
  /** When it became so. */
  since: number;
  /** Of a cluster: which rights Lastgood lacks there, a sentence each. */
  missingRights: string[];
}

const titles: Record<SourceKind, string> = {
  postgres: 'PostgreSQL',
  metrics: 'Metric source',
  cluster: 'Cluster',
  notifier: 'Notifier',
};

/**
 * What this replica knows of the outside systems: written by its loops, read by screens. `metrics` says which source
 * measures which cluster, and whose it is.
 */
export function createSourceBoard(metrics: readonly Pick<Configured, 'kind' | 'name' | 'clusters'>[] = []) {
  const states = new Map<string, Omit<SourceState, 'missingRights'>>();
  let services: ReadonlyMap<string, FollowedState> = new Map();
  let watches: readonly WatchState[] = [];
  const rights = new Map<string, string[]>();
  let readingSince: number | null = null;
  let onChanged = () => {};
  const withRights = (state: Omit<SourceState, 'missingRights'>): SourceState => ({
    ...state,
    missingRights: state.kind === 'cluster' ? (rights.get(state.name) ?? []) : [],
  });
  const titleOf = (kind: SourceKind, name: string): string => {
    const source = kind === 'metrics' ? metrics.find((each) => each.name === name) : undefined;
    return source ? vendorOf(families.metrics, source.kind).title : titles[kind];
  };
  const reasonOf = (kind: SourceKind, name: string): string | null => {
    const health = states.get(`${kind}/${name}`)?.health;
    return health && !health.up ? health.reason : null;
  };
  /** Of metric sources only the one that measures the cluster: another one's outage does not concern its services. */
  const outagesOf = (service: string): Outage[] => {
    const cluster = service.split('/')[0] ?? '';
    const down = reasonOf('cluster', cluster);
    const source = serving(metrics, cluster);
    const silent = source ? reasonOf('metrics', source.name) : null;
    const outages: Outage[] = [];
    if (down !== null)
      outages.push({ kind: 'cluster', name: cluster, text: `Cluster ${cluster} does not answer: ${down}` });
    if (source && silent !== null) {
      const name = `${titleOf('metrics', source.name)} ${source.name}`;
      outages.push({ kind: 'source', name, text: `${name} does not answer: ${silent}` });
    }
    return outages;
  };
  /** What of a service cannot be seen now in its cluster or at its metric source, in words; empty when all can. */
  const troubleOf = (service: string): string[] => {
    const outages = outagesOf(service);
    const state = services.get(service);
    const isDown = outages.some(({ kind }) => kind === 'cluster');
    const unseen = !isDown && state && state.kind !== 'seen' ? state.reasons : [];
    return [...unseen, ...outages.map(({ text }) => text)];
  };
  return {
    /** Told whenever something else is to be said of the outside than before. */
    whenChanged(listener: () => void): void {
      onChanged = listener;
    },
    /** True when it turned, or when its first report is bad. */
    report(kind: SourceKind, name: string, health: Health, at: number): boolean {
      const key = `${kind}/${name}`;
      const before = states.get(key);
      const turned = before?.health.up !== health.up;
      states.set(key, {
        kind,
        title: titleOf(kind, name),
        name,
        health,
        since: turned ? at : (before?.since ?? at),
      });
      if (!isDeepStrictEqual(before?.health, health)) onChanged();
      return before === undefined ? !health.up : turned;
    },
    reportServices(states: ReadonlyMap<string, FollowedState>): void {
      services = states;
    },
    reportRights(cluster: string, missing: string[]): void {
      const isNew = !isDeepStrictEqual(rights.get(cluster) ?? [], missing);
      rights.set(cluster, missing);
      if (isNew) onChanged();
    },
    reportWatches(states: readonly WatchState[]): void {
      const isNew = !isDeepStrictEqual(states, watches);
      watches = states;
      if (isNew) onChanged();
    },
    /** How the workloads of a cluster are kept in view; null for what is no cluster. */
    watchOf: (kind: SourceKind, name: string): WatchState | null =>
      kind === 'cluster' ? (watches.find(({ cluster }) => cluster === name) ?? null) : null,
    /** From this instant on this replica reads how services do. */
    beginReading(at: number): void {
      readingSince = at;
    },
    readingSince: () => readingSince,
    all: () => [...states.values()].map(withRights),
    get(kind: SourceKind, name: string): SourceState | null {
      const state = states.get(`${kind}/${name}`);
      return state ? withRights(state) : null;
    },
    troubleOf,
    /** What outside does not answer, so that the service cannot be seen. */
    outagesOf,
    /** Whether its workloads are in sight, and what is not. Its state is undefined before it was looked at first. */
    seenNow: (service: string) => ({ followed: services.get(service), trouble: troubleOf(service) }),
  };
}

export type SourceBoard = ReturnType<typeof createSourceBoard>;

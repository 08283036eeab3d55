import { type BehaviourKind, behaviourOf, imageFor } from '../services/index.ts';

export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'DaemonSet';

/** One sample service of the embedded world. */
export interface SampleService {
  name: string;
  kind: WorkloadKind;
  /** Ignored by a DaemonSet, which runs once per node. */
  replicas: number;
  /** Names of the sample services it calls. */
  dependencies: string[];
  /** Whether its team has declared it to Lastgood; one that has not is there to be declared. */
  declared: boolean;
  /** Versions it ran before it was first looked at, oldest first; the last one serves. */
  history: number[];
}

export const clusterName = 'sandbox';
export const namespace = 'shop';

/** A small shop: every workload kind once, with dependencies to show, and one service that nobody has declared. */
export const fleet: readonly SampleService[] = [
  {
    name: 'checkout',
    kind: 'Deployment',
    replicas: 3,
    dependencies: ['payments', 'catalog'],
    declared: true,
    history: [40, 41],
  },
  { name: 'payments', kind: 'Deployment', replicas: 2, dependencies: [], declared: true, history: [16, 17] },
  {
    name: 'catalog',
    kind: 'Deployment',
    replicas: 2,
    dependencies: ['search'],
    declared: true,
    history: [11, 12],
  },
  { name: 'search', kind: 'StatefulSet', replicas: 2, dependencies: [], declared: true, history: [87, 88] },
  {
    name: 'edge',
    kind: 'DaemonSet',
    replicas: 2,
    dependencies: ['checkout', 'catalog'],
    declared: true,
    history: [230, 231],
  },
  { name: 'mail', kind: 'Deployment', replicas: 2, dependencies: [], declared: false, history: [7, 8] },
];

/** A version the dashboard offers to deploy. */
export interface OfferedVersion {
  tag: string;
  behaviour: BehaviourKind;
  description: string;
  healthy: boolean;
}

const descriptions: Record<BehaviourKind, string> = {
  healthy: 'Answers every request quickly.',
  errors: 'A third of all requests end in a server error.',
  latency: 'One request in seven takes longer than five seconds.',
  crashloop: 'The process dies a few seconds after its start, again and again.',
  'slow-leak': 'Begins healthy, then fails more and more over five minutes.',
};

/** What can be brought out after the newest version there ever was: one healthy and one of each failing kind. */
export function offeredVersions(newestVersion: number): OfferedVersion[] {
  const next = Math.min(newestVersion + 1, 999);
  return (Object.keys(descriptions) as BehaviourKind[]).map((behaviour) => ({
    tag: `v${next}${behaviour === 'healthy' ? '' : `-${behaviour}`}`,
    behaviour,
    description: descriptions[behaviour],
    healthy: behaviour === 'healthy',
  }));
}

/** @param history what the cluster remembers of its workloads, as JSON text */
export function newestVersion(service: SampleService, history: string): number {
  const mentioned = history.matchAll(new RegExp(`sandbox\\.local/${service.name}:v(\\d+)`, 'g'));
  return Math.max(...service.history, ...[...mentioned].map((match) => Number(match[1])));
}

export function imageOf(service: SampleService, tag: string): string {
  return imageFor(service.name, 1).replace(/:v1$/, `:${tag}`);
}

/** Whether the sandbox's registry has this version. */
export function isOffered(service: SampleService, tag: string): boolean {
  return behaviourOf(imageOf(service, tag)) !== undefined;
}

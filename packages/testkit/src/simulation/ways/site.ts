import type { Change, Deployment, Service, StepKind, WorkloadRef, WorkloadTarget } from '@lastgood/domain';
import type { Random } from '../../random.ts';
import type { SimulatedWorld } from '../simulated-world.ts';

/** Somebody who does not know of the rollback changes an object for a while, and puts it back as it was. */
export interface Meddling {
  what: string;
  /** As `objectOf` names it; null where what is done is no reason for a step to leave it alone. */
  object: string | null;
  /** What it is set to, where a plan is made upon whatever stands there and says so. */
  sets?: unknown;
  act(): void;
  /** Null where it stays. */
  putBack: (() => void) | null;
}

/** A service with a release 2 over a good release 1 in the making: each way adds what it takes back, to the world and to the records. */
export interface Site {
  name: string;
  world: SimulatedWorld;
  random: Random;
  /** What the service declares. */
  declares: Pick<Service, 'strategy' | 'workloads' | 'writers' | 'rollback'>;
  /** What was recorded of both releases. */
  good: Change[];
  bad: Change[];
  /** Losses that whoever asks for the rollback has to name. */
  accepting: string[];
  /** What the release created and whoever asks wants removed. */
  removing: string[];
  /** What was there beside the workloads before the bad release; null where nobody looked. */
  objectsBefore: Deployment['objectsBefore'];
  /** Databases that somebody may look into. */
  databases: string[];
  meddlings: Meddling[];
  /** Somebody deploys version 3 past Lastgood; null where nobody does. */
  deployPast: (() => void) | null;
  /** The workload that somebody may take to release 1 by hand; null where nobody does. */
  undoPast: WorkloadTarget | null;
}

/** How a way's plan comes into the simulation and under the kill suite: the release that only it takes back. */
export interface SimulatedWay {
  /** As the list of ways has it; `restore-image` is part of several. */
  name: string;
  /** `carries`: it sets the code of the release, and no other one beside it does. `comes-along`: with a release of any of those. */
  role: 'carries' | 'comes-along';
  /** Of what comes along: whether the release can be taken back with it at all. */
  goesWith?: (carrier: string) => boolean;
  /** The steps by which its part of a plan is told; none of them missing. */
  shownBy: readonly StepKind[];
  bringOut(site: Site): void;
}

export function createSite(world: SimulatedWorld, random: Random, name: string): Site {
  return {
    ...{ name, world, random },
    declares: { strategy: 'rolling', workloads: [], writers: [], rollback: {} },
    ...{ good: [], bad: [], accepting: [], removing: [], objectsBefore: null, databases: [], meddlings: [] },
    ...{ deployPast: null, undoPast: null },
  };
}

export const place = { cluster: 'main', namespace: 'shop' };

export const imagesOf = ({ name }: Pick<Site, 'name'>, version: string) => ({
  app: `registry.example/${name}:${version}`,
});

/** A workload that served release 1 and that release 2 has set, unless it left it alone. */
export function bringOutWorkload(site: Site, ref: WorkloadRef, changed = true): WorkloadTarget {
  const { cluster } = site.world.rollout;
  const workload: WorkloadTarget = { ...place, ...ref };
  cluster.create(workload, imagesOf(site, 'v1'));
  const seen = () => cluster.observe(cluster.at(workload), 0).snapshot;
  const target = { kind: ref.kind, name: ref.name };
  const before = seen();
  if (changed) cluster.deploy(workload, imagesOf(site, 'v2'));
  site.good.push({ kind: 'workload', target, before: null, after: before });
  if (changed) site.bad.push({ kind: 'workload', target, before, after: seen() });
  site.declares.workloads.push(target);
  return workload;
}

/** Whether what a workload's pods run is release 2. */
export function runsBad(site: Site, workload: WorkloadTarget): boolean {
  return JSON.stringify(site.world.rollout.cluster.at(workload).served).includes(imagesOf(site, 'v2').app);
}

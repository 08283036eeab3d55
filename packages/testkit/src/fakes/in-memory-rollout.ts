import type { Rollout } from '@lastgood/domain/ports/rollout';
import type { WorkloadWatch } from '@lastgood/domain/ports/workload-watch';
import type { Workloads } from '@lastgood/domain/ports/workloads';
import type { FoundWorkload } from '@lastgood/domain/workload/found-workload';
import { takenFromTemplate } from '@lastgood/domain/workload/kept-images';
import type { MissingRight } from '@lastgood/domain/workload/missing-right';
import type { ReadResult } from '@lastgood/domain/workload/observation';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { fakeImages, fakeTemplateDigest, pinFakeImages, restartedFake } from './fake-template.ts';
import {
  createInMemoryCluster,
  type FakeWorkload,
  fakeSnapshot,
  type InMemoryCluster,
} from './in-memory-cluster.ts';
import { createInMemoryWorkloads, type RolloutEffect, type WorkloadsCall } from './in-memory-workloads.ts';
import { type RolloutFault, reasonOf } from './rollout-fault.ts';

export type RolloutCall =
  | 'read'
  | 'observe'
  | 'imageEvidence'
  | 'scaler'
  | 'rehearse'
  | 'previous'
  | WorkloadsCall;

export interface InMemoryRollout extends Rollout {
  /** What changes the workloads that are read here. */
  workloads: Workloads;
  cluster: InMemoryCluster;
  /** Sees at once what the cluster is like. */
  watch: WorkloadWatch & {
    /** As if something of these had changed. */
    tell(workloads: readonly WorkloadTarget[]): void;
    followed(): readonly WorkloadTarget[];
  };
  /** Faults are taken in order, each by one call. */
  failNext(call: RolloutCall, fault: RolloutFault): void;
  /** From here on these rights are missing, for every workload. */
  withhold(...rights: MissingRight[]): void;
  effects(): RolloutEffect[];
  /** Every call in order, failed ones included. */
  calls(): RolloutCall[];
}

export interface InMemoryRolloutOptions {
  now: () => number;
  clusters?: string[];
  /** Pods follow a template that was set: `at-once`, or `by-hand` when the test calls `cluster.settle`. */
  settles?: 'at-once' | 'by-hand';
}

/** The fake twin of a cluster adapter. Runs the same contract suite as the real one. */
export function createInMemoryRollout(options: InMemoryRolloutOptions): InMemoryRollout {
  const { now, clusters = ['main'], settles = 'at-once' } = options;
  const cluster = createInMemoryCluster();
  const faults: { call: RolloutCall; fault: RolloutFault }[] = [];
  const effects: RolloutEffect[] = [];
  const calls: RolloutCall[] = [];
  const withheld: MissingRight[] = [];

  const enter = (call: RolloutCall, { cluster: name }: WorkloadTarget): RolloutFault | null => {
    calls.push(call);
    if (!clusters.includes(name))
      return { kind: 'unreachable', reason: `no cluster named ${name} is configured`, forGood: true };
    const index = faults.findIndex((planned) => planned.call === call);
    return index < 0 ? null : (faults.splice(index, 1)[0]?.fault ?? null);
  };

  const look = (call: 'read' | 'observe', workload: WorkloadTarget): ReadResult => {
    const fault = enter(call, workload);
    if (fault) return { kind: 'unreachable', reason: reasonOf(fault) };
    const found = cluster.find(workload);
    if (!found) return { kind: 'not-found', reason: `${workload.kind} ${workload.name} does not exist` };
    return { kind: 'found', observation: cluster.observe(found, now()) };
  };

  return {
    watch: createInMemoryWatch(clusters, (workload) => look('observe', workload)),
    workloads: createInMemoryWorkloads({
      ...{ cluster, now, settles, enter },
      done: (effect) => void effects.push(effect),
    }),
    cluster,
    failNext: (call, fault) => void faults.push({ call, fault }),
    effects: () => [...effects],
    calls: () => [...calls],
    read: async (workload) => look('read', workload),
    async imageEvidence(workload, images) {
      const fault = enter('imageEvidence', workload);
      if (fault) return { kind: 'unreachable', reason: reasonOf(fault) };
      const evidence = Object.entries(images).map(([container, reference]) => ({
        container,
        reference,
        runningDigests: cluster.runningDigests(workload, reference),
        goneDigests: [],
      }));
      return { kind: 'found', evidence };
    },
    async rehearse(workload, to) {
      const fault = enter('rehearse', workload);
      if (fault) return { kind: 'unreachable', reason: reasonOf(fault) };
      const template = cluster.admitted(to.template);
      const taken = takenFromTemplate(to.template, template, to.imageDigests);
      if (taken !== null) return { kind: 'refused', reason: `admission ${taken}` };
      const templateDigest = fakeTemplateDigest(template);
      const changes = templateDigest === to.templateDigest ? [] : ['adds something'];
      return { kind: 'accepted', template, templateDigest, changes };
    },
    async previous(workload) {
      const fault = enter('previous', workload);
      if (fault) return { kind: 'unreachable', reason: reasonOf(fault) };
      const found = cluster.find(workload);
      const current = found && fakeTemplateDigest(found.template);
      const former = found?.former.find((template) => fakeTemplateDigest(template) !== current);
      if (!found || !former) return { kind: 'gone', reason: `nothing is kept of ${workload.name}` };
      return { kind: 'found', snapshot: fakeSnapshot(found, former, {}, now()) };
    },
    async missingRights(workload) {
      if (!clusters.includes(workload.cluster))
        return { kind: 'unreachable', reason: `no cluster named ${workload.cluster} is configured` };
      return { kind: 'known', missing: [...withheld] };
    },
    async scaler(workload) {
      const fault = enter('scaler', workload);
      if (fault) return { kind: 'unreachable', reason: reasonOf(fault) };
      return { kind: 'known', scaler: cluster.find(workload)?.scaler ?? null };
    },
    withhold: (...rights) => void withheld.push(...rights),
    async discover(name, namespace) {
      if (!clusters.includes(name))
        return { kind: 'unreachable', reason: `no cluster named ${name} is configured` };
      const found = cluster
        .all()
        .filter(({ target }) => target.cluster === name)
        .filter(({ target }) => namespace === null || target.namespace === namespace);
      return { kind: 'found', workloads: found.map(foundFake) };
    },
    pin: pinFakeImages,
    restarted: restartedFake,
    byHand: ({ kind, namespace, name }, template) =>
      `kubectl -n ${namespace} patch ${kind.toLowerCase()} ${name} -p '${JSON.stringify(template)}'`,
    clusters: () => [...clusters],
    async health(name) {
      if (clusters.includes(name)) return { up: true };
      return { up: false, reason: `no cluster named ${name} is configured` };
    },
  };
}

function foundFake({ target, template, replicas, owner }: FakeWorkload): FoundWorkload {
  return {
    workload: target,
    containers: Object.entries(fakeImages(template)).map(([name, image]) => ({ name, image })),
    readiness: null,
    replicas: { wanted: replicas, ready: replicas },
    labels: {},
    owner,
  };
}

function createInMemoryWatch(clusters: readonly string[], observe: WorkloadWatch['observe']) {
  const listeners = new Set<(workloads: readonly WorkloadTarget[]) => void>();
  let followed: readonly WorkloadTarget[] = [];
  return {
    observe,
    follow(workloads: readonly WorkloadTarget[]) {
      followed = workloads;
    },
    followed: () => followed,
    onChange(listener: (workloads: readonly WorkloadTarget[]) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(workloads: readonly WorkloadTarget[]) {
      for (const listener of listeners) listener(workloads);
    },
    states: () => clusters.map((cluster) => ({ cluster, kind: 'watched' as const, reason: null })),
  };
}

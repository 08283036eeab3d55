import type { Rollout } from '@lastgood/domain/ports/rollout';
import type { TemplateTarget } from '@lastgood/domain/rollback/contracts/set-template';
import type { EffectResult } from '@lastgood/domain/rollback/effect';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { fakeTemplateDigest, pinFakeImages } from './fake-template.ts';
import { createInMemoryCluster, fakeSnapshot, type InMemoryCluster } from './in-memory-cluster.ts';

export type RolloutCall =
  | 'read'
  | 'imageEvidence'
  | 'previous'
  | 'rehearse'
  | 'setTemplate'
  | 'releaseStuckPods';

/**
 * What goes wrong with the next call of a kind. `unreachable`: nothing happens, reads say so and writes are to be retried, or
 * are refused when it is so `forGood`.
 * `too-many-requests`: nothing happens, retry after `afterMs`. `lost-reply`: the effect happens, the caller hears `unknown`.
 * `lost-request`: nothing happens, the caller hears `unknown` all the same.
 */
export type RolloutFault =
  | { kind: 'unreachable'; reason: string; forGood?: true }
  | { kind: 'too-many-requests'; afterMs: number }
  | { kind: 'lost-reply' }
  | { kind: 'lost-request' };

/** An effect that really happened. */
export type RolloutEffect =
  | { kind: 'set-template'; workload: WorkloadTarget; operation: string; templateDigest: string }
  | { kind: 'release-pod'; workload: WorkloadTarget; name: string; uid: string };

export interface InMemoryRollout extends Rollout {
  cluster: InMemoryCluster;
  /** Faults are taken in order, each by one call. */
  failNext(call: RolloutCall, fault: RolloutFault): void;
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

  const enter = (call: RolloutCall, { cluster: name }: WorkloadTarget): RolloutFault | null => {
    calls.push(call);
    if (!clusters.includes(name))
      return { kind: 'unreachable', reason: `no cluster named ${name} is configured`, forGood: true };
    const index = faults.findIndex((planned) => planned.call === call);
    return index < 0 ? null : (faults.splice(index, 1)[0]?.fault ?? null);
  };

  const write = (target: TemplateTarget, operation: string) => {
    const workload = cluster.at(target.workload);
    cluster.write(workload, target.template, operation);
    if (settles === 'at-once') cluster.settle(target.workload);
    const { templateDigest } = target;
    effects.push({ kind: 'set-template', workload: target.workload, operation, templateDigest });
  };

  const release = (
    workload: WorkloadTarget,
    pods: readonly { name: string; uid: string }[],
  ): EffectResult => {
    const found = cluster.find(workload);
    const stuck = found?.progress.stuckPods ?? [];
    const hit = stuck.filter((pod) => pods.some(({ name, uid }) => name === pod.name && uid === pod.uid));
    if (!found || hit.length === 0) return { kind: 'already', note: 'the pods are gone already' };
    found.progress = { ...found.progress, stuckPods: stuck.filter((pod) => !hit.includes(pod)) };
    effects.push(...hit.map((pod) => ({ kind: 'release-pod' as const, workload, ...pod })));
    return { kind: 'applied', note: `deleted ${hit.map((pod) => pod.name).join(', ')}` };
  };

  return {
    cluster,
    failNext: (call, fault) => void faults.push({ call, fault }),
    effects: () => [...effects],
    calls: () => [...calls],
    async read(workload) {
      const fault = enter('read', workload);
      if (fault) return { kind: 'unreachable', reason: reasonOf(fault) };
      const found = cluster.find(workload);
      if (!found) return { kind: 'not-found', reason: `${workload.kind} ${workload.name} does not exist` };
      return { kind: 'found', observation: cluster.observe(found, now()) };
    },
    async imageEvidence(workload, images) {
      const fault = enter('imageEvidence', workload);
      if (fault) return { kind: 'unreachable', reason: reasonOf(fault) };
      const evidence = Object.entries(images).map(([container, reference]) => ({
        container,
        reference,
        runningDigests: cluster.runningDigests(workload, reference),
      }));
      return { kind: 'found', evidence };
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
    async rehearse(target, operation) {
      const fault = enter('rehearse', target.workload);
      if (fault) return toEffect(fault);
      return decide(cluster, target, operation) ?? { kind: 'applied', note: 'would take the template' };
    },
    async setTemplate(target, operation) {
      const fault = enter('setTemplate', target.workload);
      if (fault && fault.kind !== 'lost-reply') return toEffect(fault);
      const settled = decide(cluster, target, operation);
      if (!settled) write(target, operation);
      if (fault) return toEffect(fault);
      return settled ?? { kind: 'applied', note: 'took the template' };
    },
    async releaseStuckPods(workload, pods) {
      const fault = enter('releaseStuckPods', workload);
      if (fault && fault.kind !== 'lost-reply') return toEffect(fault);
      const result = release(workload, pods);
      return fault ? toEffect(fault) : result;
    },
    pin: pinFakeImages,
    clusters: () => [...clusters],
    async health(name) {
      if (clusters.includes(name)) return { up: true };
      return { up: false, reason: `no cluster named ${name} is configured` };
    },
  };
}

/** Why nothing is to be written; null when the template may be set. */
function decide(cluster: InMemoryCluster, target: TemplateTarget, operation: string): EffectResult | null {
  const workload = cluster.find(target.workload);
  const { name } = target.workload;
  if (!workload) return { kind: 'refused', reason: `${name} does not exist` };
  if (workload.uid !== target.uid)
    return { kind: 'refused', reason: `${name} was deleted and created again` };
  if (workload.beingDeleted) return { kind: 'refused', reason: `${name} is being deleted` };
  const digest = fakeTemplateDigest(workload.template);
  if (digest === target.templateDigest) {
    const own = workload.operation === operation ? ', set by this very step' : '';
    return { kind: 'already', note: `${name} has the template already${own}` };
  }
  if (workload.paused) return { kind: 'refused', reason: `${name} is paused; resume it` };
  if (digest !== target.fromDigest) return { kind: 'refused', reason: `${name} runs a third version` };
  return null;
}

function toEffect(fault: RolloutFault): EffectResult {
  switch (fault.kind) {
    case 'too-many-requests':
      return { kind: 'retry', reason: reasonOf(fault), afterMs: fault.afterMs };
    case 'unreachable':
      if (fault.forGood) return { kind: 'refused', reason: fault.reason };
      return { kind: 'retry', reason: fault.reason, afterMs: 1_000 };
    case 'lost-reply':
    case 'lost-request':
      return { kind: 'unknown', reason: reasonOf(fault) };
  }
}

function reasonOf(fault: RolloutFault): string {
  switch (fault.kind) {
    case 'unreachable':
      return fault.reason;
    case 'too-many-requests':
      return 'the API server answered 429';
    case 'lost-reply':
    case 'lost-request':
      return 'the answer was lost';
  }
}

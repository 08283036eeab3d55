import type { Workloads } from '@lastgood/domain/ports/workloads';
import type { ReplicasSeen } from '@lastgood/domain/rollback/contracts/ensure-replicas';
import type { OwnershipSeen } from '@lastgood/domain/rollback/contracts/give-back-ownership';
import type { TemplateSeen, TemplateTarget } from '@lastgood/domain/rollback/contracts/set-template';
import type { EffectResult, Observed } from '@lastgood/domain/rollback/effect';
import type { BlockingPod } from '@lastgood/domain/workload/blocking-pod';
import { takenFromTemplate } from '@lastgood/domain/workload/kept-images';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { fakeTemplateDigest } from './fake-template.ts';
import type { FakeWorkload, InMemoryCluster } from './in-memory-cluster.ts';
import { effectOf, type RolloutFault, reasonOf } from './rollout-fault.ts';

export type WorkloadsCall = 'observe' | keyof Workloads;

/** An effect that really happened. */
export type RolloutEffect =
  | { kind: 'set-template'; workload: WorkloadTarget; operation: string; templateDigest: string }
  | { kind: 'ensure-replicas'; workload: WorkloadTarget; operation: string; replicas: number }
  | { kind: 'give-back-ownership'; workload: WorkloadTarget; managers: string[] }
  | { kind: 'release-pod'; workload: WorkloadTarget; name: string; uid: string };

export interface InMemoryWorkloadsOptions {
  cluster: InMemoryCluster;
  now: () => number;
  settles: 'at-once' | 'by-hand';
  /** Takes note of a call; gives what goes wrong with it. */
  enter(call: WorkloadsCall, workload: WorkloadTarget): RolloutFault | null;
  done(effect: RolloutEffect): void;
}

/** Refuses by uid and generation alone, as the API server does: whether a write is wanted is judged before it is sent. */
export function createInMemoryWorkloads(options: InMemoryWorkloadsOptions): Workloads {
  const { cluster, now, settles, enter, done } = options;

  const look = <Seen>(target: WorkloadTarget, see: (workload: FakeWorkload) => Seen): Observed<Seen> => {
    const fault = enter('observe', target);
    if (fault) return { kind: 'unreachable', reason: reasonOf(fault) };
    const found = cluster.find(target);
    if (!found) return { kind: 'not-found', reason: `${target.kind} ${target.name} does not exist` };
    return { kind: 'seen', seen: see(found) };
  };
  const send = (call: keyof Workloads, target: WorkloadTarget, effect: () => EffectResult): EffectResult => {
    const fault = enter(call, target);
    if (fault && fault.kind !== 'lost-reply') return effectOf(fault);
    const result = effect();
    return fault ? effectOf(fault) : result;
  };
  const write = ({ workload: target, template, templateDigest }: TemplateTarget, operation: string) => {
    const workload = cluster.at(target);
    cluster.write(workload, template, operation);
    workload.isOurs = true;
    if (settles === 'at-once') cluster.settle(target);
    done({ kind: 'set-template', workload: target, operation, templateDigest });
  };
  const release = (target: WorkloadTarget, pod: BlockingPod | null): EffectResult => {
    if (!pod || !cluster.release(target, pod.uid, now()))
      return { kind: 'already', note: 'the pod is gone already' };
    done({ kind: 'release-pod', workload: target, name: pod.name, uid: pod.uid });
    return { kind: 'applied', note: `evicted ${pod.name}` };
  };

  return {
    rehearseTemplate: {
      observe: async ({ workload }) => look(workload, templateSeen),
      apply: async ({ workload, template, imageDigests }, seen) =>
        send('rehearseTemplate', workload, () => {
          if (!isAsSeen(cluster.find(workload), seen)) return overtaken;
          const taken = takenFromTemplate(template, cluster.admitted(template), imageDigests);
          return taken === null
            ? { kind: 'applied', note: 'would take the template' }
            : { kind: 'refused', reason: `admission ${taken}` };
        }),
    },
    setTemplate: {
      observe: async ({ workload }) => look(workload, templateSeen),
      apply: async (step, seen, { key }) =>
        send('setTemplate', step.workload, () => {
          if (!isAsSeen(cluster.find(step.workload), seen)) return overtaken;
          write(step, key);
          return { kind: 'applied', note: 'took the template' };
        }),
    },
    ensureReplicas: {
      observe: async ({ workload }) => look(workload, replicasSeen),
      apply: async ({ workload, uid, replicas }, { desired }, { key }) =>
        send('ensureReplicas', workload, () => {
          const found = cluster.find(workload);
          if (found?.uid !== uid || found.replicas !== desired) return overtaken;
          found.replicas = replicas;
          found.generation += 1;
          done({ kind: 'ensure-replicas', workload, operation: key, replicas });
          return { kind: 'applied', note: 'scaled' };
        }),
    },
    giveBackOwnership: {
      observe: async ({ workload }) => look(workload, ownershipSeen),
      apply: async ({ workload: target, managers }, seen) =>
        send('giveBackOwnership', target, () => {
          const found = cluster.find(target);
          // Who owns what is tested inside the write.
          if (!found?.isOurs || !isAsSeen(found, seen)) return overtaken;
          found.isOurs = false;
          found.appliers = found.appliers.map(
            (applier) => managers.find(({ manager }) => manager === applier.manager) ?? applier,
          );
          done({
            kind: 'give-back-ownership',
            workload: target,
            managers: managers.map(({ manager }) => manager),
          });
          return { kind: 'applied', note: 'given back' };
        }),
    },
    waitUntilStable: {
      observe: async ({ workload }) => look(workload, (found) => cluster.observe(found, now())),
      apply: async ({ workload }, { progress }) =>
        send('waitUntilStable', workload, () => release(workload, progress.blocking)),
    },
  };
}

const overtaken: EffectResult = { kind: 'retry', reason: 'it was changed by others meanwhile', afterMs: 200 };

function isAsSeen(
  workload: FakeWorkload | undefined,
  { uid, fence }: Pick<TemplateSeen, 'uid' | 'fence'>,
): boolean {
  return workload?.uid === uid && 'generation' in fence && workload.generation === fence.generation;
}

function templateSeen(found: FakeWorkload): TemplateSeen {
  const { uid, template, operation, paused, beingDeleted, generation } = found;
  const templateDigest = fakeTemplateDigest(template);
  return {
    uid,
    template,
    templateDigest,
    operation,
    paused,
    resumeHint: 'as its cluster says',
    beingDeleted,
    fence: { generation },
  };
}

function replicasSeen({ uid, replicas, ready }: FakeWorkload): ReplicasSeen {
  return { uid, desired: replicas, ready: Math.min(ready ?? replicas, replicas) };
}

function ownershipSeen({ uid, template, isOurs, appliers, generation }: FakeWorkload): OwnershipSeen {
  return {
    uid,
    templateDigest: fakeTemplateDigest(template),
    isGivenBack: !isOurs,
    appliers: appliers.map(({ manager }) => manager),
    fence: { generation },
  };
}

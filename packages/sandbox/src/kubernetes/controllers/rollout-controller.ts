import { isDeepStrictEqual } from 'node:util';
import { ROLLOUTS } from '../kinds/delivery-kinds.ts';
import { DEPLOYMENTS } from '../kinds/deployment-kind.ts';
import { REPLICA_SETS } from '../kinds/replica-set-kind.ts';
import { controllerOf, type LabelSelector, type PodTemplate, type ReplicaSet, wireTime } from '../objects.ts';
import { templateHash } from '../seeded-names.ts';
import { type ControllerParts, keyOf, splitKey } from './controller-parts.ts';
import { createControllerWrites } from './controller-writes.ts';
import {
  hashOf,
  isTemplateOf,
  ROLLOUT_HASH,
  ROLLOUT_REVISION,
  type Rollout,
  type RolloutStatus,
  revisionOf,
  templateOf,
} from './rollout-objects.ts';
import { createWorkQueue } from './work-queue.ts';

const COMPONENT = 'rollouts-controller';

/** What one look wants: how large the two ReplicaSets are to be, and what the status is to say. */
interface Wish {
  canary: number;
  stable: number;
  status: RolloutStatus;
  /** Look again then. */
  afterMs?: number;
}

/**
 * A small Argo Rollouts: the canary strategy with its steps `setWeight` and `pause`, abort, full promotion, and a template that
 * is lent by a Deployment. As documented, a new template forgets abort and promotion, a template that is the stable one is
 * promoted at once, and an abort gives the stable version all pods and traffic while the spec still names the other one. No
 * blue and green, no analysis. https://argo-rollouts.readthedocs.io/en/stable/features/canary/
 */
export function startRolloutController(parts: ControllerParts): void {
  const { storage, clock } = parts;
  const writes = createControllerWrites(parts.writes, COMPONENT);
  const queue = createWorkQueue(clock, look, parts.onError);

  storage.subscribe(({ plural, object }) => {
    const { namespace } = object.metadata;
    if (plural === ROLLOUTS.plural) queue.add(keyOf(object));
    if (plural === REPLICA_SETS.plural) {
      const owner = controllerOf(object);
      if (owner?.kind === ROLLOUTS.kind) queue.add(`${namespace}/${owner.name}`);
    }
    if (plural === DEPLOYMENTS.plural)
      for (const rollout of storage.list(ROLLOUTS.plural, namespace) as Rollout[])
        if (rollout.spec.workloadRef?.name === object.metadata.name) queue.add(keyOf(rollout));
  });
  for (const rollout of storage.list(ROLLOUTS.plural)) queue.add(keyOf(rollout));

  function look(key: string): void {
    const [namespace, name] = splitKey(key);
    const found = storage.get(ROLLOUTS.plural, namespace, name) as Rollout | undefined;
    if (!found || found.metadata.deletionTimestamp) return;
    const rollout = structuredClone(found);
    const wanted = templateOf(storage, rollout);
    if (!wanted) return;
    const sets = (storage.list(REPLICA_SETS.plural, namespace) as ReplicaSet[]).filter(
      (set) => controllerOf(set)?.uid === rollout.metadata.uid,
    );
    const current = currentSet(rollout, wanted, sets);
    if (!current) return;
    const hash = hashOf(current);
    const before = rollout.status ?? {};
    const status = before.currentPodHash === hash ? before : restarted(before, hash, rollout);
    const stable = sets.find((set) => hashOf(set) === status.stableRS);
    const wish = wishOf({ rollout, current, stable, status });
    scale(current, wish.canary);
    if (stable && stable !== current) scale(stable, wish.stable);
    for (const set of sets) if (set !== current && set !== stable) scale(set, 0);
    if (wish.afterMs !== undefined) queue.addAfter(key, wish.afterMs);
    const counted = { ...wish.status, ...countsOf(sets, current), ...observed(rollout) };
    if (!isDeepStrictEqual(counted, before)) writes.updateStatus(ROLLOUTS, { ...rollout, status: counted });
  }

  function currentSet(
    { metadata }: Rollout,
    { template, selector }: { template: PodTemplate; selector: LabelSelector },
    sets: ReplicaSet[],
  ): ReplicaSet | undefined {
    const existing = sets.find((set) => isTemplateOf(template, set));
    const revision = Math.max(0, ...sets.filter((set) => set !== existing).map(revisionOf)) + 1;
    const annotations = { [ROLLOUT_REVISION]: String(revision) };
    if (existing && revisionOf(existing) >= revision) return existing;
    if (existing) {
      const noted = {
        ...existing.metadata,
        annotations: { ...existing.metadata.annotations, ...annotations },
      };
      writes.update(REPLICA_SETS, { ...existing, metadata: noted });
      return undefined;
    }
    const { name, uid, namespace } = metadata;
    const hash = templateHash(template);
    const labels = { ...template.metadata?.labels, [ROLLOUT_HASH]: hash };
    const owner = { apiVersion: 'argoproj.io/v1alpha1', kind: ROLLOUTS.kind, name, uid };
    writes.create(REPLICA_SETS, namespace, {
      metadata: {
        ...{ name: `${name}-${hash}`, labels, annotations },
        ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
      },
      spec: {
        replicas: 0,
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [ROLLOUT_HASH]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    });
    // The ReplicaSet that was made wakes the next look.
    return undefined;
  }

  function scale(set: ReplicaSet, replicas: number): void {
    if (set.spec.replicas !== replicas)
      writes.update(REPLICA_SETS, { ...set, spec: { ...set.spec, replicas } });
  }

  interface Look {
    rollout: Rollout;
    current: ReplicaSet;
    stable: ReplicaSet | undefined;
    status: RolloutStatus;
  }

  function wishOf(look: Look): Wish {
    const { rollout, current, stable, status } = look;
    const total = rollout.spec.replicas ?? 1;
    if (!stable || stable === current) return settled(look, total);
    const message = `Rollout aborted update to revision ${revisionOf(current)}`;
    if (status.abort)
      return {
        ...{ canary: 0, stable: total },
        status: {
          ...weighed(look, 0),
          ...{ phase: 'Degraded', message: `RolloutAborted: ${message}`, pauseConditions: [] },
        },
      };
    const steps = rollout.spec.strategy?.canary?.steps ?? [];
    const at = status.currentStepIndex ?? 0;
    const step = steps[at];
    if (status.promoteFull || !step) return promoting(look, total);
    if (step.pause) return pausing(look, step.pause, at);
    return weighing(look, step.setWeight ?? 0, at);
  }

  function settled({ current, status, rollout }: Look, total: number): Wish {
    const isDone = (current.status.availableReplicas ?? 0) >= total;
    const { message: _message, pauseConditions: _pause, ...rest } = status;
    const stableRS = isDone ? hashOf(current) : status.stableRS;
    return {
      ...{ canary: total, stable: total },
      status: {
        ...weighed({ rollout, current, status: rest }, 0),
        ...(stableRS === undefined ? {} : { stableRS }),
        ...(isDone
          ? { phase: 'Healthy' }
          : { phase: 'Progressing', message: 'updated replicas are still to be available' }),
      },
    };
  }

  function promoting(look: Look, total: number): Wish {
    const { current, stable, status } = look;
    const isDone = (current.status.availableReplicas ?? 0) >= total;
    const kept = stable?.spec.replicas ?? 0;
    if (!isDone)
      return { canary: total, stable: kept, status: { ...weighed(look, 100), phase: 'Progressing' } };
    const { promoteFull: _promote, pauseConditions: _pause, ...rest } = status;
    return {
      ...{ canary: total, stable: 0 },
      status: { ...weighed({ ...look, status: rest }, 0), stableRS: hashOf(current), phase: 'Healthy' },
    };
  }

  function pausing(look: Look, { duration }: { duration?: number }, at: number): Wish {
    const { current, stable, status } = look;
    const sizes = { canary: current.spec.replicas, stable: stable?.spec.replicas ?? 0 };
    const since = status.pauseConditions?.[0]?.startTime;
    const passedMs = since === undefined ? 0 : clock.now() - Date.parse(since);
    const startTime = since ?? wireTime(clock.now());
    const paused = { ...status, phase: 'Paused', message: 'CanaryPauseStep' };
    const pauseConditions = [{ reason: 'CanaryPauseStep', startTime }];
    if (duration === undefined) return { ...sizes, status: { ...paused, pauseConditions } };
    if (since !== undefined && passedMs >= duration * 1_000)
      return { ...sizes, status: { ...status, pauseConditions: [], currentStepIndex: at + 1 }, afterMs: 0 };
    const afterMs = duration * 1_000 - passedMs;
    return { ...sizes, status: { ...paused, pauseConditions }, afterMs };
  }

  /** Without a router the share of the pods is the share of the traffic. */
  function weighing(look: Look, weight: number, at: number): Wish {
    const { rollout, current, stable, status } = look;
    const total = rollout.spec.replicas ?? 1;
    const canary = Math.ceil((total * weight) / 100);
    const isRouted = rollout.spec.strategy?.canary?.trafficRouting !== undefined;
    const isReady = (current.status.availableReplicas ?? 0) >= canary;
    const { message: _message, ...rest } = status;
    return {
      canary,
      stable: isRouted || !isReady ? (stable?.spec.replicas ?? total) : total - canary,
      status: {
        ...weighed({ ...look, status: rest }, isReady ? weight : 0),
        ...{ phase: 'Progressing', ...(isReady ? { currentStepIndex: at + 1 } : {}) },
      },
      ...(isReady ? { afterMs: 0 } : {}),
    };
  }
}

/** A new template begins from the first step and forgets what was said about the one before. */
function restarted(status: RolloutStatus, hash: string, { spec }: Rollout): RolloutStatus {
  const { abort: _abort, promoteFull: _full, pauseConditions: _pause, message: _message, ...rest } = status;
  const steps = spec.strategy?.canary?.steps?.length ?? 0;
  return { ...rest, currentPodHash: hash, currentStepIndex: hash === status.stableRS ? steps : 0 };
}

function weighed(
  { rollout, current, status }: { rollout: Rollout; current: ReplicaSet; status: RolloutStatus },
  weight: number,
): RolloutStatus {
  if (!rollout.spec.strategy?.canary?.trafficRouting) return status;
  const canary = { weight, podTemplateHash: hashOf(current) };
  const stable = { weight: 100 - weight, podTemplateHash: status.stableRS ?? hashOf(current) };
  return { ...status, canary: { weights: { canary, stable } } };
}

function countsOf(sets: readonly ReplicaSet[], current: ReplicaSet): RolloutStatus {
  const sum = (of: (set: ReplicaSet) => number | undefined) =>
    sets.reduce((total, set) => total + (of(set) ?? 0), 0);
  return {
    replicas: sum(({ status }) => status.replicas),
    updatedReplicas: current.status.replicas,
    readyReplicas: sum(({ status }) => status.readyReplicas),
    availableReplicas: sum(({ status }) => status.availableReplicas),
  };
}

function observed({ metadata }: Rollout): RolloutStatus {
  return { observedGeneration: String(metadata.generation ?? 0) };
}

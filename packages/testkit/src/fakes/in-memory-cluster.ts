import type { BlockingPod } from '@lastgood/domain/workload/blocking-pod';
import type { Owner, RolloutProgress, WorkloadObservation } from '@lastgood/domain/workload/observation';
import type { Scaler } from '@lastgood/domain/workload/scaler';
import type { TemplateWriter } from '@lastgood/domain/workload/template-writer';
import type {
  AppliedFields,
  PodTemplate,
  WorkloadSnapshot,
  WorkloadTarget,
} from '@lastgood/domain/workload/workload';
import { fakeImageDigest, fakeImages, fakeTemplate, fakeTemplateDigest } from './fake-template.ts';

/** A workload of the in-memory cluster. Tests read it and may change what a person or an autoscaler would change. */
export interface FakeWorkload {
  readonly target: WorkloadTarget;
  uid: string;
  generation: number;
  template: PodTemplate;
  /** Templates it had before, newest first. */
  former: PodTemplate[];
  /** The step that wrote the template last. */
  operation: string | null;
  replicas: number;
  paused: boolean;
  beingDeleted: boolean;
  owner: Owner;
  /** What sets how many pods it has. */
  scaler: Scaler | null;
  /** Who wrote its images, where that is remembered. */
  writers: TemplateWriter[] | undefined;
  /** Who applies it server-side, with what each owns. */
  appliers: AppliedFields[];
  /** Lastgood owns fields of the template. */
  isOurs: boolean;
  /** What its pods run; follows the template when it settles. */
  served: PodTemplate;
  /** Pods of an ordered StatefulSet that are not ready, lowest first. Each has to be released before it follows the template. */
  stuck: StuckPod[];
  /** The pod that takes the place of a released one, until it is ready. */
  starting: StuckPod | null;
  /** Ready pods of what it serves; null for as many as are wanted. */
  ready: number | null;
  /** Laid over the progress that is worked out; for a rollout that hangs or complains. */
  progress: Partial<RolloutProgress>;
}

export interface StuckPod {
  name: string;
  uid: string;
  /** Epoch milliseconds. */
  notReadySince: number;
}

/** `hold`: the pods do not follow. `by`: who goes by which name, and when, as the cluster remembers it. */
interface DeployOptions {
  hold?: boolean;
  by?: string;
  at?: number | null;
}

/** Workloads and a registry, without an API. */
export interface InMemoryCluster {
  /** Creates a settled workload. */
  create(target: WorkloadTarget, images: Record<string, string>): FakeWorkload;
  /** Somebody deploys; the pods follow at once unless `hold` is set. */
  deploy(target: WorkloadTarget, images: Record<string, string>, options?: DeployOptions): void;
  /** Writes a template as the next generation, without its pods following. */
  write(workload: FakeWorkload, template: PodTemplate, operation: string | null): void;
  /** The pods follow the template, but for those that are stuck. */
  settle(target: WorkloadTarget): void;
  /** The pods of a StatefulSet are not ready any more, and will not be. */
  loseReadiness(target: WorkloadTarget, at: number): void;
  /** Releases the lowest stuck pod where it is the one with this uid and no other is starting. */
  release(target: WorkloadTarget, uid: string, at: number): boolean;
  find(target: WorkloadTarget): FakeWorkload | undefined;
  all(): FakeWorkload[];
  /** The workload; throws when a test names one that is not there. */
  at(target: WorkloadTarget): FakeWorkload;
  remove(target: WorkloadTarget): void;
  /** From now on pods that start with this reference run another digest. */
  moveTag(reference: string, digest: string): void;
  observe(workload: FakeWorkload, observedAt: number): WorkloadObservation;
  /** Digests that pods of the workload run for a reference. */
  runningDigests(target: WorkloadTarget, reference: string): string[];
  /** From now on every template is stored as this makes it. */
  admit(change: (template: PodTemplate) => PodTemplate): void;
  /** What would be stored of a template. */
  admitted(template: PodTemplate): PodTemplate;
}

export function createInMemoryCluster(): InMemoryCluster {
  const workloads = new Map<string, FakeWorkload>();
  const tags = new Map<string, string>();
  const running = new Map<string, Record<string, string>>();
  let uids = 0;
  let admitted = (template: PodTemplate) => template;

  const start = (workload: FakeWorkload) => {
    workload.starting = null;
    if (workload.stuck.length > 0) return;
    workload.served = workload.template;
    const digests = Object.entries(fakeImages(workload.template)).map(([name, image]) => [
      name,
      tags.get(image) ?? fakeImageDigest(image),
    ]);
    running.set(workload.uid, Object.fromEntries(digests));
  };
  const find = (target: WorkloadTarget) => workloads.get(keyOf(target));
  const at = (target: WorkloadTarget) => {
    const workload = find(target);
    if (!workload) throw new Error(`there is no ${keyOf(target)} in the in-memory cluster`);
    return workload;
  };
  const write = (workload: FakeWorkload, template: PodTemplate, operation: string | null) => {
    workload.former.unshift(workload.template);
    workload.template = admitted(template);
    workload.operation = operation ?? workload.operation;
    workload.generation += 1;
  };

  return {
    create(target, images) {
      const template = fakeTemplate(images);
      const workload: FakeWorkload = {
        target,
        uid: `uid-${++uids}`,
        generation: 1,
        template,
        former: [],
        operation: null,
        replicas: 3,
        paused: false,
        beingDeleted: false,
        owner: { kind: 'nobody' },
        scaler: null,
        writers: undefined,
        appliers: [],
        isOurs: false,
        served: template,
        stuck: [],
        starting: null,
        ready: null,
        progress: {},
      };
      workloads.set(keyOf(target), workload);
      start(workload);
      return workload;
    },
    deploy(target, images, { hold = false, by, at: when = null } = {}) {
      write(at(target), fakeTemplate(images), null);
      const containers = Object.keys(images);
      at(target).writers =
        by === undefined ? undefined : [{ containers, manager: by, operation: 'Update', at: when }];
      if (!hold) start(at(target));
    },
    write,
    settle: (target) => start(at(target)),
    loseReadiness(target, now) {
      const { replicas } = at(target);
      at(target).stuck = Array.from({ length: replicas }, (_, n) => ({
        name: `${target.name}-${n}`,
        uid: `uid-${++uids}`,
        notReadySince: now,
      }));
    },
    release(target, uid, now) {
      const workload = find(target);
      const [lowest, ...rest] = workload?.stuck ?? [];
      if (!workload || workload.starting || lowest?.uid !== uid) return false;
      workload.stuck = rest;
      workload.starting = { name: lowest.name, uid: `uid-${++uids}`, notReadySince: now };
      return true;
    },
    find,
    at,
    remove: (target) => void workloads.delete(keyOf(target)),
    all: () => [...workloads.values()],
    moveTag: (reference, digest) => void tags.set(reference, digest),
    observe: (workload, observedAt) => observationOf(workload, running.get(workload.uid) ?? {}, observedAt),
    runningDigests(target, reference) {
      const workload = find(target);
      const digests = Object.entries(workload ? fakeImages(workload.served) : {})
        .filter(([, image]) => image === reference)
        .flatMap(([name]) => running.get(workload?.uid ?? '')?.[name] ?? []);
      return [...new Set(digests)].sort();
    },
    admit(change) {
      admitted = change;
    },
    admitted: (template) => admitted(template),
  };
}

/** A template of a workload as a snapshot; `digests` are those of its pods. */
export function fakeSnapshot(
  workload: FakeWorkload,
  template: PodTemplate,
  digests: Record<string, string>,
  observedAt: number,
): WorkloadSnapshot {
  const templateDigest = fakeTemplateDigest(template);
  const hash = templateDigest.slice(7, 17);
  return {
    uid: workload.uid,
    generation: workload.generation,
    template,
    templateDigest,
    images: fakeImages(template),
    imageDigests: digests,
    podTemplateHash: hash,
    revision: String(workload.former.length + 1),
    historyName: `${workload.target.name}-${hash}`,
    ...(workload.appliers.length > 0 ? { applied: { managers: workload.appliers, lastApplied: null } } : {}),
    observedAt,
  };
}

function observationOf(
  workload: FakeWorkload,
  running: Record<string, string>,
  observedAt: number,
): WorkloadObservation {
  const isSettled =
    workload.served === workload.template && workload.stuck.length === 0 && !workload.starting;
  const { replicas } = workload;
  const readyPods = Math.min(replicas, workload.ready ?? replicas);
  const updated = isSettled ? replicas : 0;
  const available = isSettled ? readyPods : 0;
  // Without a pod nobody knows what an image would be.
  const runs = isSettled && replicas > 0 ? running : {};
  const ready = Object.fromEntries(Object.entries(running).map(([name, digest]) => [name, [digest]]));
  return {
    snapshot: fakeSnapshot(workload, workload.template, runs, observedAt),
    desiredReplicas: replicas,
    paused: workload.paused,
    resumeHint: 'as its cluster says',
    beingDeleted: workload.beingDeleted,
    replacesPods: 'by-itself',
    owner: workload.owner,
    ...(workload.writers && { writers: workload.writers }),
    progress: {
      complete: isSettled && available === replicas,
      observed: true,
      desired: replicas,
      updated,
      available,
      old: isSettled ? 0 : replicas,
      sentence:
        replicas === 0 ? 'scaled to zero, nothing serves' : `${available} of ${replicas} replicas available`,
      warning: null,
      blocking: blockingPod(workload),
      readyDigests: isSettled && replicas > 0 ? ready : {},
      ...workload.progress,
    },
    serving:
      readyPods > 0
        ? [
            {
              snapshot: fakeSnapshot(workload, workload.served, running, observedAt),
              ready: readyPods,
              readyDigests: ready,
            },
          ]
        : [],
  };
}

function blockingPod({ stuck, starting, served, template }: FakeWorkload): BlockingPod | null {
  const pod = starting ?? stuck[0];
  if (!pod) return null;
  const isOther = !starting && served !== template;
  return {
    ...pod,
    why: 'order',
    template: isOther ? 'other' : 'wanted',
    stuck: stuck.length,
    releaseHint: 'delete it',
  };
}

function keyOf({ cluster, namespace, kind, name }: WorkloadTarget): string {
  return `${cluster}/${namespace}/${kind}/${name}`;
}

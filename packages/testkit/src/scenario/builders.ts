import {
  type Deployment,
  defaultPolicy,
  type KnownNotifier,
  newDeployment,
  newRun,
  type ObservedWorkload,
  type Plan,
  type RollbackTrigger,
  type Run,
  type RunMember,
  type RunStep,
  type Service,
  serviceKey,
  type ThresholdTrigger,
  type WorkloadSnapshot,
  type WorkloadTarget,
} from '@lastgood/domain';
import { fakeImageDigest, fakeTemplate, fakeTemplateDigest } from '../fakes/fake-template.ts';

/** Records with every field filled; a test names only the fields it is about. */

export const second = 1_000;
export const minute = 60_000;

/** An aligned slot; day zero of every scenario. */
export const dayZero = Date.UTC(2026, 0, 5, 12);

export const webWorkload: WorkloadTarget = {
  cluster: 'main',
  namespace: 'shop',
  kind: 'Deployment',
  name: 'web',
};

export const imageOf = (version: string) => `registry.example/web:${version}`;

/** A threshold. */
export function aTrigger(over: Partial<RollbackTrigger> = {}): ThresholdTrigger {
  const usual: ThresholdTrigger = {
    name: 'high_error_rate',
    query: 'errors{service="$SERVICE"}',
    threshold: 0.05,
    comparison: 'greater_than',
    forMs: 2 * minute,
    severity: 'auto_rollback',
    unit: 'ratio',
    description: 'Share of failed requests.',
    onNoData: 'hold',
    onNotANumber: 'hold',
    initialDelayMs: 0,
    keepFiringMs: 0,
    shadow: false,
  };
  return { ...usual, ...over } as ThresholdTrigger;
}

export function aService(over: Partial<Service> = {}): Service {
  const name = over.name ?? 'web';
  return {
    key: serviceKey('main', 'shop', name),
    cluster: 'main',
    namespace: 'shop',
    name,
    environment: 'test',
    team: null,
    labels: {},
    links: [],
    commitUrl: null,
    compareUrl: null,
    strategy: 'rolling',
    workloads: [{ kind: 'Deployment', name }],
    writers: [],
    dependencies: [],
    triggerSets: [],
    triggerOverrides: [],
    triggers: [aTrigger()],
    checks: [],
    policy: defaultPolicy,
    notify: [],
    drills: null,
    rollback: {},
    ...over,
  };
}

/** What a workload of the in-memory cluster looks like when it runs `image`. */
export function aSnapshot(image = imageOf('v1'), over: Partial<WorkloadSnapshot> = {}): WorkloadSnapshot {
  const template = fakeTemplate({ app: image });
  const templateDigest = fakeTemplateDigest(template);
  return {
    uid: 'uid-1',
    generation: 1,
    template,
    templateDigest,
    images: { app: image },
    imageDigests: { app: fakeImageDigest(image) },
    podTemplateHash: templateDigest.slice(7, 17),
    revision: '1',
    historyName: `web-${templateDigest.slice(7, 17)}`,
    observedAt: dayZero,
    ...over,
  };
}

/** How a workload with this template looks: three of three pods serve it, unless said otherwise. */
export function anObserved(
  snapshot: WorkloadSnapshot,
  over: Partial<ObservedWorkload> & { complete?: boolean } = {},
): ObservedWorkload {
  const { complete = true, ...rest } = over;
  const readyDigests = Object.fromEntries(
    Object.entries(snapshot.imageDigests).map(([container, digest]) => [container, [digest]]),
  );
  const available = complete ? 3 : 0;
  return {
    workload: { kind: 'Deployment', name: 'web' },
    snapshot,
    progress: {
      complete,
      observed: true,
      desired: 3,
      updated: complete ? 3 : 1,
      available,
      old: complete ? 0 : 3,
      sentence: `${available} of 3 replicas available`,
      warning: null,
      blocking: null,
      readyDigests,
    },
    serving: complete ? [{ snapshot, ready: 3, readyDigests }] : [],
    ...rest,
  };
}

/** In progress since day zero, taking `web` from v1 to v2. */
export function aDeployment(over: Partial<Deployment> = {}): Deployment {
  const row = newDeployment({
    id: 'd2',
    service: 'main/shop/web',
    origin: 'pipeline',
    strategy: 'rolling',
    version: 'v2',
    commit: 'abc',
    author: 'ada',
    previousDeploymentId: 'd1',
    changes: [
      {
        kind: 'workload',
        target: { kind: 'Deployment', name: 'web' },
        before: aSnapshot(imageOf('v1')),
        after: aSnapshot(imageOf('v2')),
      },
    ],
    startedAt: dayZero,
  });
  return { ...row, release: 2, ...over };
}

/** What served when the service was first applied. */
export function aBaseline(over: Partial<Deployment> = {}): Deployment {
  const target = { kind: 'Deployment', name: 'web' } as const;
  return aDeployment({
    id: 'd1',
    release: 1,
    origin: 'detected',
    status: 'completed',
    proof: 'presumed_good',
    version: 'v1',
    previousDeploymentId: null,
    changes: [{ kind: 'workload', target, before: null, after: aSnapshot(imageOf('v1')) }],
    startedAt: dayZero - 60 * minute,
    completedAt: dayZero - 60 * minute,
    watchClosedAt: dayZero - 60 * minute,
    ...over,
  });
}

export function aRun(over: Partial<Run> = {}): Run {
  const queued = newRun({
    id: 'r1',
    service: 'main/shop/web',
    deploymentId: 'd2',
    targetDeploymentId: 'd1',
    requester: { kind: 'person', name: 'ada' },
    reason: 'Rolled back by hand.',
    evidence: null,
    createdAt: dayZero,
    startsAt: dayZero,
  });
  return { ...queued, ...over };
}

/** One of a group's services, untouched so far. */
export function aMember(over: Partial<RunMember> = {}): RunMember {
  return {
    lane: 0,
    service: 'main/shop/web',
    deploymentId: 'd2',
    targetDeploymentId: 'd1',
    status: 'queued',
    startedAt: null,
    finishedAt: null,
    verdict: null,
    stop: null,
    ...over,
  };
}

export function aPlan(over: Partial<Plan> = {}): Plan {
  return {
    service: 'main/shop/web',
    strategy: 'rolling',
    from: { deploymentId: 'd2', release: 2, version: 'v2', proof: 'pending' },
    target: { deploymentId: 'd1', release: 1, version: 'v1', proof: 'verified' },
    steps: [],
    warnings: [],
    ...over,
  };
}

export function aStep(over: Partial<RunStep> = {}): RunStep {
  return {
    ordinal: 0,
    lane: 0,
    planned: {
      step: { kind: 'verify' },
      title: 'Verify',
      limits: { scheduleToStartMs: 10 * minute, startToCloseMs: 5 * minute, heartbeatMs: 30 * second },
      leavesBehind: 'Nothing was changed.',
      expectedMs: null,
    },
    status: 'pending',
    attempts: 0,
    startedAt: null,
    finishedAt: null,
    dueAt: null,
    note: null,
    ...over,
  };
}

/** A pace at which what stands has no turn for years: only what is watched is read. */
export const onlyWatched = { intervalMs: 15_000, standingMs: 15_000_000_000_000_000 };

/** One that is configured. */
export function aNotifier(name: string, hears: KnownNotifier['hears'] = 'people'): KnownNotifier {
  return { name, hears };
}

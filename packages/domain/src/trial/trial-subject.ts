import type { DependencyEvidence } from '../decision/guard.ts';
import type { Watched } from '../decision/watched.ts';
import { type Deployment, newDeployment } from '../deployment/deployment.ts';
import { instantAfter } from '../instant-after.ts';
import { defaultPolicy, type Service, type ServicePolicy, serviceKey } from '../service/service.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { WorkloadSnapshot } from '../workload/workload.ts';

/* Who a trial is of: release 2 of a service, over its good release 1. */

export interface TrialSubject {
  /** When release 2 began: the first slot. */
  startedAt: number;
  triggers: readonly RollbackTrigger[];
  origin: Deployment['origin'];
  /** Whether its watch is open still. */
  isWatched: boolean;
  policy: Partial<ServicePolicy>;
  /** When the last attempt to roll the service back ended; null for never. */
  lastAttemptAt: number | null;
  /** Whether there is a good release to go back to. */
  hasTarget: boolean;
  dependencies: readonly { name: string; trigger: string; stands: DependencyEvidence['stands'] }[];
}

const key = serviceKey('trial', 'trial', 'web');

export function watchedOf(subject: TrialSubject): Watched {
  const { triggers, lastAttemptAt, hasTarget } = subject;
  return {
    deployment: releaseOf(subject),
    service: serviceOf(subject),
    triggers: triggers.map((trigger) => ({ trigger, state: null })),
    lastAttemptAt,
    activeRunId: null,
    isTakenBack: false,
    lastKnownGood: hasTarget ? goodRelease(subject) : null,
    between: [],
    lastDecision: null,
    acknowledgement: null,
    dependencyEvidence: subject.dependencies.map((one) => evidenceOf(one, subject)),
  };
}

function serviceOf({ triggers, policy, dependencies }: TrialSubject): Service {
  const [cluster, namespace, name] = key.split('/') as [string, string, string];
  return {
    ...{ key, cluster, namespace, name, environment: 'trial', team: null, labels: {}, links: [] },
    ...{
      commitUrl: null,
      compareUrl: null,
      drills: null,
      strategy: 'rolling',
      writers: [],
      triggerSets: [],
      triggerOverrides: [],
      checks: [],
    },
    workloads: [{ kind: 'Deployment', name }],
    dependencies: dependencies.map((one) => serviceKey(cluster, namespace, one.name)),
    triggers: [...triggers],
    policy: { ...defaultPolicy, ...policy },
    ...{ notify: [], rollback: {} },
  };
}

function releaseOf({ origin, isWatched, startedAt, policy }: TrialSubject): Deployment {
  const { watchWindowMs } = { ...defaultPolicy, ...policy };
  const began = newDeployment({
    ...{ id: 'release-2', service: key, strategy: 'rolling', version: 'v2', origin, startedAt },
    changes: [
      {
        kind: 'workload',
        target: { kind: 'Deployment', name: 'web' },
        before: snapshotOf('1', startedAt),
        after: snapshotOf('2', startedAt),
      },
    ],
  });
  const over = { completedAt: startedAt, watchEndsAt: startedAt, watchClosedAt: startedAt };
  // What a rollback leads to is watched from its completion on: before that the run looks.
  const done = { completedAt: startedAt, watchEndsAt: instantAfter(startedAt, watchWindowMs) };
  if (!isWatched) return { ...began, release: 2, status: 'completed', proof: 'unproven', ...over };
  return { ...began, release: 2, ...(origin === 'rollback' ? { status: 'completed', ...done } : {}) };
}

function goodRelease({ startedAt }: TrialSubject): Deployment {
  const at = startedAt - 3_600_000;
  const began = newDeployment({
    ...{
      id: 'release-1',
      service: key,
      strategy: 'rolling',
      origin: 'pipeline',
      version: 'v1',
      startedAt: at,
    },
    ...{ status: 'completed', proof: 'verified', completedAt: at, watchEndsAt: at, watchClosedAt: at },
  });
  return { ...began, release: 1 };
}

/** Enough of a template for placeholders to stand for something. */
function snapshotOf(revision: string, observedAt: number): WorkloadSnapshot {
  const templateDigest = `sha256:${revision.repeat(64)}`;
  return {
    ...{ uid: 'trial', generation: 1, template: {}, templateDigest, images: {}, imageDigests: {} },
    ...{ podTemplateHash: `hash${revision}`, revision, canonicalRevision: `web-${revision}` },
    ...{ historyName: `web-hash${revision}`, observedAt },
  };
}

function evidenceOf(
  { name, trigger, stands }: TrialSubject['dependencies'][number],
  { startedAt }: TrialSubject,
): DependencyEvidence {
  return {
    ...{ service: serviceKey('trial', 'trial', name), release: 2, version: 'v2', origin: 'pipeline' },
    ...{ trigger, startedAt, watchClosedAt: null, stands, readAt: null },
    reason: stands === 'unreadable' ? 'not asked yet' : null,
  };
}

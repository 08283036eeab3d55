import {
  allWays,
  type Change,
  type Deployment,
  type DeploymentStore,
  type FollowedService,
  type Hold,
  isSameWorkload,
  lastKnown,
  matchesRegistration,
  type Notice,
  newDeployment,
  type ObservedWorkload,
  registrationNotices,
  type Service,
  sameTemplate,
  type UnfitChange,
  type Way,
  type WorkloadRef,
  type WorkloadSnapshot,
  warnedEvents,
  workloadChanges,
  workloadsOf,
} from '@lastgood/domain';
import { type Clock, withDeadline } from '../clock.ts';
import { availableKinds, type EffectPorts } from '../rollback/apply-step.ts';
import { captureChanges } from './capture-changes.ts';
import { claim, isUnclaimed } from './claim-detected.ts';
import { evidenceNotices, heldBy } from './held-registration.ts';
import { observeRelease } from './observe-release.ts';
import { readStood } from './read-stood.ts';
import { readWaysBack } from './read-ways-back.ts';
import { type Registration, registeredEvent, registeredLate, registeredRecord } from './registration.ts';

export type RegisterResult =
  | { kind: 'registered'; deployment: Deployment }
  | { kind: 'held'; hold: Hold }
  | { kind: 'unfit-change'; unfit: UnfitChange }
  | { kind: 'unknown-service' };

export interface RegisterDependencies {
  deployments: DeploymentStore;
  ports: EffectPorts;
  clock: Clock;
  newId: () => string;
  /** Deadline of looking at the outside; past it the registration goes through with *before* unknown. */
  deadlineMs: number;
  ways?: readonly Way[];
}

/**
 * Captures *before* and records the deployment. A deployment that the follower detected a moment ago and nobody has
 * claimed is this one, registered late. An outside that does not answer delays nobody: *before* stays what is known from
 * records.
 */
export async function registerDeployment(
  deps: RegisterDependencies,
  asked: Registration,
  signal: AbortSignal,
): Promise<RegisterResult> {
  const found = (await deps.deployments.followed([asked.service]))[0];
  if (!found) {
    if (await deps.deployments.service(asked.service))
      throw new Error(`what is recorded of ${asked.service} cannot be read`);
    return { kind: 'unknown-service' };
  }
  const { latest, holds } = found;
  const { idempotencyKey: key } = asked;
  const known = key === null ? null : await deps.deployments.registeredAs(asked.service, key);
  if (known) return { kind: 'registered', deployment: known };
  const held = await heldBy(deps.deployments, holds, asked);
  if (held) return { kind: 'held', hold: held };
  const { ports, ways = allWays } = deps;
  const captured = await withDeadline(deps.clock, deps.deadlineMs, signal, (deadline) =>
    captureChanges(ports, found.service, asked.changes, deadline, ways),
  );
  if (captured.kind === 'unfit') return { kind: 'unfit-change', unfit: captured.unfit };
  const registration = { ...asked, changes: captured.changes };
  if (latest && isUnclaimed(latest, registration, deps.clock.now())) {
    const row = await claim(deps, { ...found, latest }, registration, captured.notices, signal);
    return row ? registered(deps, row) : registerDeployment(deps, asked, signal);
  }
  return record(deps, found, registration, captured.notices, signal);
}

async function record(
  deps: RegisterDependencies,
  found: FollowedService,
  registration: Registration,
  captured: readonly Notice[],
  signal: AbortSignal,
): Promise<RegisterResult> {
  const { service, latest, holds } = found;
  const now = deps.clock.now();
  const [{ seen, trouble, scaled, objectsBefore }, read, stood] = await Promise.all([
    observeRelease(deps, service, signal),
    readWaysBack(deps, registration.changes, signal),
    readStood(deps, service, signal),
  ]);
  const { version, commit, author, pipelineUrl, idempotencyKey } = registration;
  const changes = changesFound(found, registration, seen);
  const isLate = workloadChanges({ changes }).some(({ after }) => after !== null);
  const known = [
    ...(isLate ? [registeredLate] : []),
    ...trouble.map((words): Notice => ({ code: 'workload-unread', words })),
    ...captured,
    ...evidenceNotices(registration, holds),
  ];
  const deployment = newDeployment({
    ...{ id: deps.newId(), service: service.key, origin: 'pipeline', strategy: service.strategy },
    ...{ idempotencyKey, version, commit, author, pipelineUrl, registeredImages: registration.images },
    previousDeploymentId: latest?.id ?? null,
    changes,
    contracts: registration.contracts,
    stood,
    objectsBefore,
    startedAt: now,
  });
  const available = availableKinds(deps.ports);
  const notices = registrationNotices({ service, deployment, seen, scaled, read, available }, known);
  const noted = { ...deployment, notices };
  await deps.deployments.commit({
    newDeployments: [noted],
    events: [registeredEvent(deployment, registration, now), ...warnedEvents(noted, now)],
    notifications: [registeredRecord(deployment, registration, { service, now })],
  });
  return registered(deps, deployment);
}

/** The changes as far as they can be seen now. While a rollback runs, what is there is the rollback's. */
function changesFound(
  { service, latest, activeRunId }: FollowedService,
  registration: Registration,
  seen: readonly ObservedWorkload[],
): Change[] {
  const changes = changesOf(
    service,
    registration,
    (workload) =>
      seen.find((one) => isSameWorkload(one.workload, workload))?.snapshot ?? lastKnown(latest, workload),
  );
  if (activeRunId !== null) return changes;
  return changes.map((change) => lateChange(change, changes, latest, registration));
}

/** Where what is registered is there already, though not on record: that is its change, and what is on record was before it. */
function lateChange(
  change: Change,
  changes: Change[],
  latest: Deployment | null,
  { images, commit }: Registration,
): Change {
  if (change.kind !== 'workload' || change.before === null) return change;
  const { target, before: seen } = change;
  const known = lastKnown(latest, target);
  if (known === null || sameTemplate(known, seen)) return change;
  const match = matchesRegistration({ registeredImages: images, commit, changes }, target, seen);
  return match === 'yes' ? { ...change, before: known, after: seen } : change;
}

/** Of two registrations with one key that meet, the second finds the row of the first. */
async function registered(
  { deployments }: RegisterDependencies,
  row: Pick<Deployment, 'id' | 'service' | 'idempotencyKey'>,
): Promise<RegisterResult> {
  const { id, service, idempotencyKey } = row;
  const first = () => (idempotencyKey === null ? null : deployments.registeredAs(service, idempotencyKey));
  const deployment = (await deployments.deployment(id)) ?? (await first());
  if (!deployment) throw new Error(`deployment ${id} vanished while it was registered`);
  return { kind: 'registered', deployment };
}

/** What the service's workloads were before it, and whatever else it changes. */
function changesOf(
  service: Service,
  { changes }: Registration,
  before: (workload: WorkloadRef) => WorkloadSnapshot | null,
): Change[] {
  return [
    ...workloadsOf(service).map(
      (target): Change => ({ kind: 'workload', target, before: before(target), after: null }),
    ),
    ...changes,
  ];
}

import {
  type Change,
  type Deployment,
  type DeploymentStore,
  eventAbout,
  type Hold,
  lastKnown,
  type NewEvent,
  newDeployment,
  type OtherChange,
  type Rollout,
  type Service,
  type WorkloadRef,
  type WorkloadSnapshot,
  workloadChanges,
} from '@lastgood/domain';
import { type Clock, withDeadline } from '../clock.ts';
import { observeService } from './observe-service.ts';

/** What a pipeline says before it applies. */
export interface Registration {
  service: string;
  idempotencyKey: string | null;
  version: string | null;
  commit: string | null;
  author: string | null;
  pipelineUrl: string | null;
  /** Container to image about to be deployed. */
  images: Record<string, string>;
  changes: OtherChange[];
}

export type RegisterResult =
  | { kind: 'registered'; deployment: Deployment; warnings: string[] }
  | { kind: 'held'; hold: Hold }
  | { kind: 'unknown-service' };

export interface RegisterDependencies {
  deployments: DeploymentStore;
  rollout: Rollout;
  clock: Clock;
  newId: () => string;
  /** Deadline of looking at the cluster; past it the registration goes through with *before* unknown. */
  deadlineMs: number;
}

/** How long a detected deployment may wait for its pipeline to claim it. */
const lateRegistrationMs = 10 * 60_000;

/**
 * Captures *before* and records the deployment. A deployment that the follower detected a moment ago and nobody has
 * claimed is this one, registered late. An unreachable cluster delays nobody: *before* stays what is known from records.
 */
export async function registerDeployment(
  deps: RegisterDependencies,
  registration: Registration,
  signal: AbortSignal,
): Promise<RegisterResult> {
  const found = (await deps.deployments.followed([registration.service]))[0];
  if (!found) return { kind: 'unknown-service' };
  const { service, latest, holds } = found;
  const { idempotencyKey: key } = registration;
  if (latest && key !== null && latest.idempotencyKey === key)
    return { kind: 'registered', deployment: latest, warnings: [] };
  const held = holds.find((hold) => holdsImages(hold, registration.images));
  if (held) return { kind: 'held', hold: held };
  const now = deps.clock.now();
  if (latest && isUnclaimed(latest, registration, now)) return claim(deps, latest, registration, now);
  const { seen, trouble } = await withDeadline(deps.clock, deps.deadlineMs, signal, (deadline) =>
    observeService(deps.rollout, service, deadline),
  );
  const before = (workload: WorkloadRef) =>
    seen.find((one) => one.workload.name === workload.name)?.snapshot ?? lastKnown(latest, workload.name);
  const { version, commit, author, pipelineUrl } = registration;
  const deployment = newDeployment({
    ...{ id: deps.newId(), service: service.key, origin: 'pipeline', strategy: service.strategy },
    ...{ idempotencyKey: key, version, commit, author, pipelineUrl },
    previousDeploymentId: latest?.id ?? null,
    changes: changesOf(service, registration, before),
    startedAt: now,
  });
  await deps.deployments.commit({
    newDeployments: [deployment],
    events: [registeredEvent(deployment, registration, now)],
  });
  return registered(deps, deployment, trouble);
}

function registeredEvent(
  { id, service }: Pick<Deployment, 'id' | 'service'>,
  { version, author }: Registration,
  at: number,
): NewEvent {
  return eventAbout({
    type: 'deployment.registered',
    at,
    service,
    deploymentId: id,
    text: `${version ?? 'A new version'} was registered${author ? ` by ${author}` : ''}.`,
  });
}

/** Held by digest, or by a reference that names a held image. */
function holdsImages(hold: Hold, images: Record<string, string>): boolean {
  if (hold.releasedAt !== null) return false;
  return Object.values(images).some(
    (image) => hold.imageDigests.some((digest) => image.endsWith(digest)) || hold.images.includes(image),
  );
}

/** Detected a moment ago, claimed by nobody, and running the images that are being registered. */
function isUnclaimed(latest: Deployment, { images }: Registration, now: number): boolean {
  const running = workloadChanges(latest).flatMap((change) => Object.values(change.after?.images ?? {}));
  return (
    Object.values(images).every((image) => running.includes(image)) &&
    latest.origin === 'detected' &&
    latest.idempotencyKey === null &&
    latest.proof === 'pending' &&
    latest.commit === null &&
    now - latest.startedAt < lateRegistrationMs
  );
}

async function claim(
  deps: RegisterDependencies,
  latest: Deployment,
  registration: Registration,
  now: number,
): Promise<RegisterResult> {
  const { version, commit, author, pipelineUrl, idempotencyKey } = registration;
  await deps.deployments.commit({
    deployments: [
      {
        id: latest.id,
        origin: 'pipeline',
        version: version ?? latest.version,
        commit,
        author,
        pipelineUrl,
        idempotencyKey,
        changes: [...latest.changes, ...registration.changes],
      },
    ],
    events: [registeredEvent(latest, registration, now)],
  });
  return registered(deps, latest, [
    'Registered after it was applied: it had been detected already. Register before applying.',
  ]);
}

/** Of two registrations with one key that meet, the second finds the row of the first. */
async function registered(
  { deployments }: RegisterDependencies,
  row: Pick<Deployment, 'id' | 'service' | 'idempotencyKey'>,
  warnings: string[],
): Promise<RegisterResult> {
  const { id, service, idempotencyKey } = row;
  const latest = async () => (await deployments.followed([service]))[0]?.latest;
  const deployment = (await deployments.deployment(id)) ?? (await latest());
  const isIt = deployment?.id === id || (idempotencyKey && deployment?.idempotencyKey === idempotencyKey);
  if (!deployment || !isIt) throw new Error(`deployment ${id} vanished while it was registered`);
  return { kind: 'registered', deployment, warnings };
}

/** What the service's workloads were before it, and whatever else it changes. */
function changesOf(
  { workloads }: Service,
  { changes }: Registration,
  before: (workload: WorkloadRef) => WorkloadSnapshot | null,
): Change[] {
  return [
    ...workloads.map((target): Change => ({ kind: 'workload', target, before: before(target), after: null })),
    ...changes,
  ];
}

import {
  awaitsConfiguration,
  type Deployment,
  type DeploymentCommit,
  type DeploymentStore,
  type FollowedService,
  followService,
  type ObjectsBefore,
  type StepKind,
  type Stood,
  type Way,
  withNotices,
  workloadChanges,
} from '@lastgood/domain';
import { type Clock, withDeadline } from '../clock.ts';
import type { EffectPorts } from '../rollback/apply-step.ts';
import type { ServiceObservation } from './observe-service.ts';
import { readStood } from './read-stood.ts';
import { type ConfigurationPorts, withConfiguration } from './record-configuration.ts';
import { seeObjectsBefore } from './see-objects.ts';

export interface LookDependencies {
  deployments: Pick<DeploymentStore, 'followed' | 'commit' | 'absences' | 'deployment' | 'lastKnownGood'>;
  clock: Clock;
  /** Absent: what templates name is not recorded. */
  configuration?: ConfigurationPorts;
  /** Whether configuration that is waited for is to be read again; absent: with every look. */
  isReadDue?: (key: string) => boolean;
  /** The kinds of steps that this installation can do; absent: not known. */
  available?: ReadonlySet<StepKind>;
  /** What reads how that stands which the service declares; absent: it is not kept. */
  ports?: EffectPorts;
  ways?: readonly Way[];
}

/**
 * Judges one observation of one service and commits what follows: a baseline, what deployments left behind, an unregistered
 * one, the end of a silent one. True when something was written.
 */
export async function lookAtService(
  deps: LookDependencies,
  followed: FollowedService,
  { seen, unreachable, gone }: ServiceObservation,
): Promise<boolean> {
  // Half an observation is none. But one that is not there keeps the others from nothing.
  if (unreachable || gone) return false;
  const isAwaited = isReadAwaited(deps, followed);
  if (!isAwaited && !followService(followed, seen, deps.clock.now())) return false;
  // Looking took its time: a pipeline may have registered meanwhile what would be called detected now.
  const newest = (await deps.deployments.followed([followed.service.key]))[0];
  const commit = newest ? await judgeWithConfiguration(deps, newest, seen, isAwaited) : null;
  if (!commit) return false;
  await deps.deployments.commit(commit);
  return true;
}

/**
 * What ends a rollout, or the watch after a rollback, is judged once more with the times in which nobody looked at it, which are not
 * counted, and what could be returned to, which is told.
 */
async function judge(
  deps: LookDependencies,
  newest: FollowedService,
  seen: ServiceObservation['seen'],
): Promise<DeploymentCommit | null> {
  const { deployments, clock, available } = deps;
  const commit = withNotices(followService(newest, seen, clock.now()), newest.service, seen, available);
  const { latest } = newest;
  if (latest && commit?.newDeployments) return named(deps, newest, seen, commit);
  const ends = commit?.deployments?.some(
    ({ id, status, putBack }) => id === latest?.id && (status === 'failed' || putBack?.kind === 'nobody'),
  );
  const failsAgain = commit?.notifications?.some(({ kind }) => kind === 'rollout_failed');
  if (!latest || !(ends || failsAgain)) return commit;
  const [absences, lastKnownGood] = await Promise.all([
    deployments.absences(latest.id),
    deployments.lastKnownGood(latest.service, latest.release),
  ]);
  return followService({ ...newest, absences, lastKnownGood }, seen, clock.now());
}

/** The other services of the pass wait for it, once for a release. */
const besideWithinMs = 2_000;

/** Nothing wakes a look at a release whose change may come to what its templates name alone: that is read from time to time. */
function isReadAwaited(
  { configuration, isReadDue }: LookDependencies,
  { service, latest, activeRunId }: FollowedService,
): boolean {
  if (!configuration || !latest || activeRunId !== null || !awaitsConfiguration(latest)) return false;
  return isReadDue?.(service.key) ?? true;
}

/**
 * What is recorded of a template for the first time, or when its release ends, is recorded with what it names. @param isAwaited
 * whether that is read in any case
 */
async function judgeWithConfiguration(
  deps: LookDependencies,
  newest: FollowedService,
  seen: ServiceObservation['seen'],
  isAwaited: boolean,
): Promise<DeploymentCommit | null> {
  const { configuration, clock } = deps;
  const commit = await judge(deps, newest, seen);
  if (!commit && !isAwaited) return null;
  const never = new AbortController().signal;
  const [fuller, found] = await Promise.all([
    configuration && (isAwaited || (commit && recordsConfiguration(commit, newest.latest)))
      ? withDeadline(clock, besideWithinMs, never, (deadline) =>
          withConfiguration(configuration, newest.service, seen, deadline),
        )
      : null,
    commit && readOfDetected(deps, newest, seen, commit),
  ]);
  return withFound(fuller ? await judge(deps, newest, fuller) : commit, found);
}

interface FoundOfDetected {
  stood: Stood[];
  objectsBefore: ObjectsBefore | null;
}

/** Nobody said what a detected release changes besides: how that stands is kept, and what was there before it. */
async function readOfDetected(
  { ports, clock, ways }: LookDependencies,
  { service, latest }: FollowedService,
  seen: ServiceObservation['seen'],
  { newDeployments = [] }: DeploymentCommit,
): Promise<FoundOfDetected | null> {
  const one = newDeployments.find(isDetected);
  if (!ports || !one) return null;
  const never = new AbortController().signal;
  const about = { previous: latest, at: one.startedAt };
  const [stood, objectsBefore] = await Promise.all([
    readStood({ ports, clock, deadlineMs: besideWithinMs, ...(ways ? { ways } : {}) }, service, never),
    withDeadline(clock, besideWithinMs, never, (deadline) =>
      seeObjectsBefore(ports, service, seen, about, deadline),
    ),
  ]);
  return { stood, objectsBefore };
}

function isDetected({ origin }: Pick<Deployment, 'origin'>): boolean {
  return origin === 'detected';
}

function withFound(commit: DeploymentCommit | null, found: FoundOfDetected | null): DeploymentCommit | null {
  if (!commit?.newDeployments || !found) return commit;
  const newDeployments = commit.newDeployments.map((one) => (isDetected(one) ? { ...one, ...found } : one));
  return { ...commit, newDeployments };
}

/** None is failed for what it did not show before that was read. */
function recordsConfiguration(
  { newDeployments = [], deployments = [] }: DeploymentCommit,
  latest: Deployment | null,
): boolean {
  const mayShowMore = latest !== null && awaitsConfiguration(latest);
  const isEnding = deployments.some(
    ({ status }) => status === 'completed' || (status === 'failed' && mayShowMore),
  );
  const changes = [...newDeployments, ...deployments].flatMap((one) => one.changes ?? []);
  return isEnding || workloadChanges({ changes }).some(({ after }) => after && !after.configuration);
}

/** After a rollback what comes is compared with what was taken back: its commit is what to revert, should it be that. */
async function named(
  { deployments, clock, available }: LookDependencies,
  followed: FollowedService,
  seen: ServiceObservation['seen'],
  commit: DeploymentCommit,
): Promise<DeploymentCommit | null> {
  const { latest } = followed;
  if (latest?.origin !== 'rollback' || latest.previousDeploymentId === null) return commit;
  const takenBack = await deployments.deployment(latest.previousDeploymentId);
  if (!takenBack) return commit;
  const again = followService({ ...followed, takenBack }, seen, clock.now());
  return withNotices(again, followed.service, seen, available);
}

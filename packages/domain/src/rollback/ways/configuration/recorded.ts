import { changeOf, type Deployment, workloadChanges } from '../../../deployment/deployment.ts';
import {
  type ConfigurationRef,
  type ConfigurationState,
  changedConfiguration,
  isSameConfiguration,
  type NamedConfiguration,
  type RecordedConfiguration,
} from '../../../workload/configuration.ts';
import { namedConfiguration } from '../../../workload/named-configuration.ts';
import type { WorkloadRef, WorkloadSnapshot } from '../../../workload/workload.ts';
import type { RollbackContext } from '../way.ts';
import { isConfigurationChange } from './change.ts';

type Releases = Pick<RollbackContext, 'deployment' | 'target'>;

/** An object that the target's template names, with what is recorded of it; undefined where nothing is. */
export interface ReturningConfiguration extends NamedConfiguration {
  /** What it returns to. */
  to: ConfigurationState | undefined;
  /** How the target was seen with it, where it returns to a later state; else undefined. */
  served: ConfigurationState | undefined;
  /** What the release that is taken back left in it. */
  left: ConfigurationState | undefined;
  /** Whether the release's own template names it: if not, the release left nothing in it. */
  isNamedByRelease: boolean;
}

/** Everything that the templates to return to name. */
export function returningConfiguration(releases: Releases): ReturningConfiguration[] {
  const found = new Map<string, ReturningConfiguration>();
  for (const ref of workloadsOf(releases))
    for (const one of ofWorkload(ref, releases)) {
      const key = `${one.kind}/${one.name}`;
      const known = found.get(key);
      found.set(key, known ? merged(known, one) : one);
    }
  return [...found.values()];
}

/** Of two workloads that name it what one of them knows. */
function merged(one: ReturningConfiguration, other: ReturningConfiguration): ReturningConfiguration {
  return {
    ...one,
    optional: one.optional && other.optional,
    to: known([one.to, other.to]),
    served: known([one.served, other.served]),
    left: known([one.left, other.left]),
    isNamedByRelease: one.isNamedByRelease || other.isNamedByRelease,
  };
}

/** The first that tells something: a look that failed stands for nothing that another look has seen. */
function known(states: readonly (ConfigurationState | undefined)[]): ConfigurationState | undefined {
  return states.find((one) => one && one.kind !== 'unread') ?? states.find((one) => one !== undefined);
}

function workloadsOf({ deployment, target }: Releases): WorkloadRef[] {
  const refs = new Map<string, WorkloadRef>();
  for (const { target: ref } of [...workloadChanges(deployment), ...workloadChanges(target)])
    refs.set(`${ref.kind}/${ref.name}`, ref);
  return [...refs.values()];
}

function ofWorkload(ref: WorkloadRef, releases: Releases): ReturningConfiguration[] {
  const { deployment } = releases;
  const to = targetTemplate(ref, releases);
  const left = changeOf(deployment.changes, ref)?.after ?? null;
  if (!to) return [];
  const leftNames = left ? namedConfiguration(left.template) : [];
  const before = beforeRelease(ref, releases);
  const served = servedWith(ref, releases);
  return namedConfiguration(to.template).map((named) => ({
    ...named,
    to: known([stateIn(before, named), stateIn(served, named)]),
    served: before && stateIn(served, named),
    left: setBy(deployment, named) ?? stateIn(left?.configuration, named),
    isNamedByRelease: left === null || leftNames.some((one) => isSameConfiguration(one, named)),
  }));
}

function targetTemplate(ref: WorkloadRef, { deployment, target }: Releases): WorkloadSnapshot | null {
  const served = changeOf(target.changes, ref)?.after;
  if (served) return served;
  return follows({ deployment, target }) ? (changeOf(deployment.changes, ref)?.before ?? null) : null;
}

/**
 * As it stood right before the release, where the target served until then: what people have changed since the target was
 * complete is none of the release's. Undefined where others came between, or nobody looked.
 */
function beforeRelease(ref: WorkloadRef, releases: Releases): RecordedConfiguration[] | undefined {
  if (!follows(releases)) return undefined;
  return changeOf(releases.deployment.changes, ref)?.before?.configuration;
}

/** As the target itself was seen with it. */
function servedWith(ref: WorkloadRef, { target }: Releases): RecordedConfiguration[] {
  const set = target.changes.filter(isConfigurationChange).map((change) => ({
    ...{ kind: change.target.kind, name: change.target.name, optional: false },
    state: change.after,
  }));
  return [...set, ...(changeOf(target.changes, ref)?.after?.configuration ?? [])];
}

export function follows({ deployment, target }: Releases): boolean {
  return deployment.previousDeploymentId === target.id;
}

function stateIn(
  recorded: readonly RecordedConfiguration[] | undefined,
  ref: ConfigurationRef,
): ConfigurationState | undefined {
  const states = recorded?.filter((one) => isSameConfiguration(one, ref)).map(({ state }) => state);
  return states && known(states);
}

/** What a rollback, which is a release of its own, has set it to. */
function setBy({ changes }: Deployment, ref: ConfigurationRef): ConfigurationState | undefined {
  const set = changes.filter(isConfigurationChange).filter(({ target }) => isSameConfiguration(target, ref));
  return set.at(-1)?.after;
}

/**
 * Whether pods have to be started anew: the template is the same, and what it names is known to go back. A container reads its
 * environment only when it starts.
 */
export function restartsFor(ref: WorkloadRef, releases: Releases): boolean {
  const left = changeOf(releases.deployment.changes, ref)?.after;
  if (!left || !keepsTemplate(ref, releases)) return false;
  const objects = ofWorkload(ref, releases);
  const asRecorded = (side: 'to' | 'left') =>
    objects.flatMap(({ kind, name, optional, [side]: state }) =>
      state ? [{ kind, name, optional, state }] : [],
    );
  return changedConfiguration(asRecorded('to'), asRecorded('left')).length > 0;
}

/** What the template names that this workload has and keeps; empty where it gets another one. */
export function namedByKept(ref: WorkloadRef, releases: Releases): ConfigurationRef[] {
  const to = targetTemplate(ref, releases);
  return to && keepsTemplate(ref, releases) ? namedConfiguration(to.template) : [];
}

function keepsTemplate(ref: WorkloadRef, releases: Releases): boolean {
  const left = changeOf(releases.deployment.changes, ref)?.after;
  return !left || left.templateDigest === targetTemplate(ref, releases)?.templateDigest;
}

import { type Change, changeKinds, type Deployment, type OtherChange } from '../deployment/deployment.ts';
import {
  type Aspect,
  type Difference,
  type Differences,
  listed,
  reversed,
} from '../workload/difference/difference.ts';
import { isHidden } from '../workload/difference/hidden-value.ts';
import { placeOf } from './between-values.ts';
import { firstSinceTarget } from './ways/first-since-target.ts';
import { allWays } from './ways/index.ts';
import { partsOf } from './ways/parts.ts';
import type { RollbackContext, Way } from './ways/way.ts';

/**
 * In what a release differs from the one it would return to, way by way, by what is recorded of both: *before* is what the
 * release left behind, *after* what the target served.
 */
export function differencesOf(rollback: RollbackContext, ways: readonly Way[] = allWays): Differences {
  const { items, unknown } = found(rollback, ways);
  return listed(items, unknown);
}

/** The same for any two releases of a service, from the first to the second, whichever is older. */
export function compareReleases(
  { service, from, to }: { service: RollbackContext['service']; from: Deployment; to: Deployment },
  ways: readonly Way[] = allWays,
): Differences {
  const isBack = to.release < from.release;
  const [deployment, target] = isBack ? [from, to] : [to, from];
  const { items, unknown } = found({ service, deployment, target }, ways);
  return listed(isBack ? items : items.map(reversed), unknown);
}

function found(rollback: RollbackContext, ways: readonly Way[]) {
  const { parts, unclaimed } = partsOf(rollback, ways);
  const each = parts.map(
    ({ way, context }) => way.differences?.(context) ?? asRegistered(context.changes, rollback),
  );
  const all = [...each, asRegistered(unclaimed, rollback)];
  return { items: all.flatMap(({ items }) => items), unknown: all.flatMap((one) => one.unknown) };
}

const aspectOf: Record<OtherChange['kind'], Aspect> = {
  config: 'config',
  flag: 'flag',
  traffic: 'traffic',
  migration: 'schema',
  infrastructure: 'infrastructure',
  gitops: 'gitops',
};

/** What a pipeline registered, taken back. */
function asRegistered(
  changes: readonly Change[],
  rollback: RollbackContext,
): { items: Difference[]; unknown: string[] } {
  const items = changes.filter(isOther).map((change) => {
    return takenBack({ ...change, before: leftByTarget(change, rollback) });
  });
  return { items, unknown: [] };
}

function isOther(change: Change): change is OtherChange {
  return change.kind !== 'workload';
}

/** Of a target further back what it left in that place, where that is known; else what was there before the release. */
function leftByTarget(change: OtherChange, rollback: RollbackContext): unknown {
  const { service, deployment, target } = rollback;
  if (deployment.previousDeploymentId === target.id) return change.before;
  const place = placeOf(change, service);
  const ofPlace = (changes: readonly Change[]) =>
    changes.filter(isOther).find((one) => placeOf(one, service) === place);
  return ofPlace(target.changes)?.after ?? firstSinceTarget(rollback, ofPlace)?.before ?? change.before;
}

function takenBack({ kind, target, before, after }: OtherChange): Difference {
  const path = [changeKinds[kind], ...Object.entries(target).map(([key, value]) => `${key} ${plain(value)}`)];
  const name = Object.values(target).map(plain).join(' ');
  const hidden = [before, after].some((side) => side !== null && isSecret(kind, name, side));
  const told = (side: unknown) => (side === null || side === undefined ? null : hidden ? '•••' : plain(side));
  return {
    aspect: aspectOf[kind],
    path: path.join(', '),
    before: told(after),
    after: told(before),
    kind: before === null ? 'removed' : after === null ? 'added' : 'changed',
    hidden,
  };
}

function isSecret(kind: OtherChange['kind'], name: string, side: unknown): boolean {
  if (typeof side === 'object' && side !== null)
    return Object.entries(side).some(([key, value]) => isSecret(kind, key, value));
  const text = plain(side);
  return isHidden(name, text) && !(versionedByCommits.has(kind) && isCommit(text));
}

/** Of these a commit is what is registered, and no more than a commit looks like one. */
const versionedByCommits = new Set<OtherChange['kind']>(['infrastructure', 'gitops']);

function isCommit(text: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

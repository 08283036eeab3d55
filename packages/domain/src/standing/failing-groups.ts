import type { ServiceKey } from '../service/service.ts';
import { formatClock, formatDuration } from '../trigger/format.ts';
import { nameOf } from './breach.ts';
import type { StandingService } from './fleet-standing.ts';
import type { KnownService } from './known-service.ts';
import type { FailingGroup, StandingState } from './standing.ts';

/*
 * What fails together and why, likeliest cause first; a service is in one group.
 *
 * - A cluster or a metric source that does not answer: nothing can be seen of its services.
 * - A dependency of all, direct or through others, that fails itself or was deployed shortly before the first of them began to.
 * - A deploy at the same moment.
 */

/** So soon after a deploy of a dependency a failure is likely its. */
const afterDeployMs = 30 * 60_000;
/** Deploys within this time of each other are one act. */
const sameDeployMs = 2 * 60_000;
const fewest = { outage: 2, dependency: 2, deploy: 3 };

const failing: ReadonlySet<StandingState> = new Set([
  'firing',
  'pending',
  'failed',
  'stopped',
  'rolling_back',
]);

export function failingGroups(services: readonly StandingService[]): FailingGroup[] {
  const outages = outageGroups(services);
  const taken = new Set(outages.flatMap((group) => group.services));
  const left = services.filter(
    ({ known, standing }) => failing.has(standing.state) && !taken.has(known.service.key),
  );
  const shared = dependencyGroups(left, services);
  for (const group of shared) for (const key of group.services) taken.add(key);
  const together = deployGroups(
    left.filter(({ known, standing }) => !taken.has(known.service.key) && standing.state !== 'rolling_back'),
  );
  return [...outages, ...shared, ...together];
}

function outageGroups(services: readonly StandingService[]): FailingGroup[] {
  const unseen = services.filter(
    ({ known, standing }) => standing.state === 'unseen' && known.outages.length > 0,
  );
  const byOutage = Map.groupBy(unseen, ({ known }) => known.outages[0]?.text ?? '');
  return [...byOutage.values()].flatMap((members) => {
    const outage = members[0]?.known.outages[0];
    if (!outage || members.length < fewest.outage) return [];
    const { kind, name, text } = outage;
    const sentence = `${members.length} services cannot be seen: ${text}`;
    return [{ cause: { kind, name }, sentence, services: keysOf(members), deploymentId: null }];
  });
}

function dependencyGroups(
  left: readonly StandingService[],
  services: readonly StandingService[],
): FailingGroup[] {
  const byKey = new Map(services.map((one) => [one.known.service.key, one]));
  const candidates = new Map<ServiceKey, StandingService[]>();
  for (const one of left)
    for (const key of causesOf(one, byKey))
      candidates
        .set(key, candidates.get(key) ?? [])
        .get(key)
        ?.push(one);
  const groups: FailingGroup[] = [];
  const taken = new Set<ServiceKey>();
  const free = (members: readonly StandingService[]) =>
    members.filter(({ known }) => !taken.has(known.service.key));
  for (;;) {
    const [best] = [...candidates]
      .flatMap(([key, members]) => {
        const root = byKey.get(key);
        const mine = free(members);
        const isCause = root !== undefined && mine.length >= fewest.dependency && mayBeCause(root, mine);
        return isCause ? [{ root, mine }] : [];
      })
      // Of two that explain as many, what was brought out just before; then the one deeper in the graph: what depends on it is
      // explained by it, too.
      .sort(
        (a, b) =>
          b.mine.length - a.mine.length ||
          Number(isFresh(b.root, b.mine)) - Number(isFresh(a.root, a.mine)) ||
          depth(a.root, byKey) - depth(b.root, byKey) ||
          byName(a.root, b.root),
      );
    if (!best) return groups;
    for (const { known } of best.mine) taken.add(known.service.key);
    groups.push(dependencyGroup(best.root, best.mine));
  }
}

function mayBeCause(root: StandingService, members: readonly StandingService[]): boolean {
  return failing.has(root.standing.state) || isFresh(root, members);
}

/** Brought out shortly before the first of them began to fail, or taken back for it already. */
function isFresh(root: StandingService, members: readonly StandingService[]): boolean {
  if (root.known.activeRun) return true;
  const first = firstSince(members);
  const startedAt = deployedAt(root.known);
  return first !== null && startedAt !== null && startedAt <= first && first - startedAt <= afterDeployMs;
}

function dependencyGroup(root: StandingService, members: readonly StandingService[]): FailingGroup {
  const { release, service, target, activeRun } = root.known;
  if (activeRun) return isGoingBack(root.known, members);
  const name = release ? `${service.name} ${nameOf(release)}` : service.name;
  const first = firstSince(members);
  const startedAt = deployedAt(root.known);
  const before = startedAt !== null && first !== null ? first - startedAt : null;
  const deployed =
    before !== null && before >= 0 && before <= afterDeployMs
      ? `${name} was deployed ${formatDuration(before)} before the first`
      : `all depend on ${name}, which fails too`;
  return {
    cause: { kind: 'dependency', name },
    sentence: `${members.length} services fail together; ${deployed}`,
    services: keysOf(members),
    deploymentId: release && target ? release.id : null,
  };
}

/** A cause that is taken back already: the version that runs is no name for it, and its own rollback no way back. */
function isGoingBack({ service, target }: KnownService, members: readonly StandingService[]): FailingGroup {
  const back = target ? ` to ${nameOf(target)}` : '';
  return {
    cause: { kind: 'dependency', name: service.name },
    sentence: `${members.length} services fail together; all depend on ${service.name}, which is being rolled back${back}`,
    services: keysOf(members),
    deploymentId: null,
  };
}

/** When something new was brought out; null for a rollback, which brings back what was good. */
function deployedAt({ release }: KnownService): number | null {
  return release && release.origin !== 'rollback' ? release.startedAt : null;
}

function deployGroups(left: readonly StandingService[]): FailingGroup[] {
  const deployed = left
    .flatMap((one) => (one.known.release ? [{ one, at: one.known.release.startedAt }] : []))
    .sort((a, b) => a.at - b.at);
  const groups: FailingGroup[] = [];
  let together: typeof deployed = [];
  const close = () => {
    const [first] = together;
    if (first && together.length >= fewest.deploy) {
      const name = formatClock(first.at);
      groups.push({
        cause: { kind: 'deploy', name },
        sentence: `${together.length} services fail together; all were deployed at ${name}`,
        services: keysOf(together.map(({ one }) => one)),
        deploymentId: null,
      });
    }
    together = [];
  };
  for (const next of deployed) {
    const [first] = together;
    if (first && next.at - first.at > sameDeployMs) close();
    together.push(next);
  }
  close();
  return groups;
}

/** What may be at fault for it. What is taken back may be the cause of others; itself it is in hand, and fails no longer for another. */
function causesOf({ known, standing }: StandingService, byKey: ReadonlyMap<ServiceKey, StandingService>) {
  const own = known.service.key;
  return standing.state === 'rolling_back' ? [own] : [own, ...dependenciesOf(known, byKey)];
}

/** Everything it depends on, directly or through others. */
function dependenciesOf(
  { service }: KnownService,
  byKey: ReadonlyMap<ServiceKey, StandingService>,
): Set<ServiceKey> {
  const found = new Set<ServiceKey>();
  const open = [...service.dependencies];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (found.has(key) || key === service.key) continue;
    found.add(key);
    open.push(...(byKey.get(key)?.known.service.dependencies ?? []));
  }
  return found;
}

function depth(one: StandingService, byKey: ReadonlyMap<ServiceKey, StandingService>): number {
  return dependenciesOf(one.known, byKey).size;
}

function firstSince(members: readonly StandingService[]): number | null {
  const since = members.flatMap(({ standing }) => standing.since ?? []);
  return since.length === 0 ? null : Math.min(...since);
}

function keysOf(members: readonly StandingService[]): ServiceKey[] {
  return members.map(({ known }) => known.service.key).sort();
}

function byName(a: StandingService, b: StandingService): number {
  return a.known.service.key < b.known.service.key ? -1 : 1;
}

import type { ServiceKey } from '../service/service.ts';
import { formatSpan } from '../trigger/format.ts';
import { nameOf } from './breach.ts';
import { beganAt, deployedBefore, firstBegan, isFailing, keysOf } from './group-members.ts';
import type { FailingGroup } from './standing.ts';
import type { StandingService } from './standing-service.ts';

const fewest = 2;
/** A cause may be noticed so much later than its effect: its queries look further back, or its breach grows slower. */
const noticedLaterMs = 5 * 60_000;

type ByKey = ReadonlyMap<ServiceKey, StandingService>;

/** Services that depend, directly or through others, on one that is the likely cause; it is in its group where it fails itself. */
export function dependencyGroups(
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
  for (;;) {
    const [best] = [...candidates]
      .flatMap(([key, members]) => {
        const root = byKey.get(key);
        const mine = members.filter(({ known }) => !taken.has(known.service.key));
        const isCause = root !== undefined && mine.length >= fewest && mayBeCause(root, mine);
        return isCause ? [{ root, mine }] : [];
      })
      // Of two that explain as many, what was brought out just before; then the one deeper in the graph: what depends on it is
      // explained by it, too.
      .sort(
        (a, b) =>
          b.mine.length - a.mine.length ||
          Number(isFresh(b.root, b.mine)) - Number(isFresh(a.root, a.mine)) ||
          dependenciesOf(a.root, byKey).size - dependenciesOf(b.root, byKey).size ||
          (a.root.known.service.key < b.root.known.service.key ? -1 : 1),
      );
    if (!best) return groups;
    for (const { known } of best.mine) taken.add(known.service.key);
    groups.push(groupOf(best.root, best.mine));
  }
}

/** What may be at fault for it. What is taken back may be the cause of others; itself it is in hand, and fails no longer for another. */
function causesOf(one: StandingService, byKey: ByKey): ServiceKey[] {
  const own = one.known.service.key;
  return one.standing.state === 'rolling_back' ? [own] : [own, ...dependenciesOf(one, byKey)];
}

/** Brought out shortly before the first of them began to fail, or taken back for it already. */
function isFresh({ known }: StandingService, members: readonly StandingService[]): boolean {
  return known.activeRun !== null || deployedBefore(known.release, firstBegan(members)) !== null;
}

/** It fails, not long after what depends on it; or it was deployed shortly before, and nobody has read it healthy since. */
function mayBeCause(root: StandingService, members: readonly StandingService[]): boolean {
  const first = firstBegan(members);
  const { state, meaning } = root.standing;
  const began = beganAt(root);
  if (isFailing(root) || state === 'gone' || state === 'acknowledged')
    return began === null || first === null || began - first <= noticedLaterMs;
  return meaning !== 'quiet' && deployedBefore(root.known.release, first) !== null;
}

function groupOf(root: StandingService, members: readonly StandingService[]): FailingGroup {
  const { release, service, target, activeRun } = root.known;
  if (activeRun) return goingBack(root, members);
  const name = release ? `${service.name} ${nameOf(release)}` : service.name;
  const before = deployedBefore(release, firstBegan(members));
  const why =
    before !== null
      ? `${name} was deployed ${formatSpan(before)} before the first`
      : `all depend on ${name}, which ${root.standing.state === 'gone' ? 'is gone' : 'fails too'}`;
  // Under watch nothing has proven it; what has served well for longer is not mended by taking it back.
  const isSuspect = before !== null || (release?.watchClosedAt === null && release.origin !== 'rollback');
  return {
    cause: { kind: 'dependency', name },
    sentence: `${members.length} services fail together; ${why}`,
    services: keysOf(members),
    deploymentId: release && target && isSuspect && isOpen(root) ? release.id : null,
  };
}

/** A cause that is taken back already: the version that runs is no name for it, and its own rollback no way back. */
function goingBack({ known: { service, target } }: StandingService, members: readonly StandingService[]) {
  const back = target ? ` to ${nameOf(target)}` : '';
  return {
    cause: { kind: 'dependency' as const, name: service.name },
    sentence: `${members.length} services fail together; all depend on ${service.name}, which is being rolled back${back}`,
    services: keysOf(members),
    deploymentId: null,
  };
}

/** A rollback that is under way, or that stopped, is looked after at its run. */
function isOpen({ standing: { state } }: StandingService): boolean {
  return state !== 'rolling_back' && state !== 'stopped';
}

/** Everything it depends on, directly or through others. */
function dependenciesOf({ known: { service } }: StandingService, byKey: ByKey): Set<ServiceKey> {
  const found = new Set<ServiceKey>();
  const open = [...service.dependencies];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (found.has(key) || key === service.key) continue;
    found.add(key);
    open.push(...(byKey.get(key)?.known.service.dependencies ?? []));
  }
  return found;
}

import type { ObservedWorkload } from '../../deployment/capture.ts';
import type { Notice } from '../../deployment/notice.ts';
import type { Owner } from '../../workload/observation.ts';
import { ownerInWords } from '../../workload/owner-words.ts';
import { workloadInWords } from '../../workload/workload.ts';
import { insistentOwner } from '../ways/rolling/owned.ts';
import { declaredFor, isWayFor, type OwnedWorkload, type Way } from '../ways/way.ts';
import type { RegisteredRelease } from './registered-release.ts';

/** Who else writes the workloads of a release: it decides the way back, or that there is none until something is declared. */
export function ownershipNotices(
  release: Pick<RegisteredRelease, 'service' | 'deployment' | 'seen' | 'available'>,
  ways: readonly Way[],
): Notice[] {
  return release.seen.flatMap((seen) => noticesOf(seen, release, ways));
}

function noticesOf(
  { workload, owner }: ObservedWorkload,
  release: Omit<RegisteredRelease, 'scaled'>,
  ways: readonly Way[],
): Notice[] {
  if (!owner) return [];
  const { cluster, namespace } = release.service;
  const owned = insistentOwner({ ...workload, cluster, namespace }, owner, release);
  if (owned) return [insistent(owned, release, ways)];
  const name = workloadInWords(workload);
  return passive(name, owner);
}

/** How what each kind of owner sets is taken back. */
const goesBack: Partial<Record<Owner['kind'], (by: string) => string>> = {
  'git-controller': () => 'it is taken back in Git, by reverting the commit that brought it',
  'delivery-controller': (by) => `it is taken back through ${by}, which is told to abort or to undo`,
};

/** Whoever puts its own version back by itself: only its own way leads back. */
function insistent(
  owned: OwnedWorkload,
  release: Omit<RegisteredRelease, 'scaled'>,
  ways: readonly Way[],
): Notice {
  const { workload, by } = owned;
  const name = `${workloadInWords(workload)} is owned by ${ownerInWords(by)}`;
  const way = ways.find((one) => isWayFor(one, owned));
  const missing = whyNot(way, owned, release);
  if (missing !== null)
    return {
      code: 'owner-without-way',
      words: `${name}, which puts its own version back by itself, and there is no way back yet: ${missing}`,
    };
  return { code: 'owned', words: `${name}: ${goesBack[by.kind]?.(by.name) ?? 'it is taken back there'}.` };
}

function whyNot(
  way: Way | undefined,
  owned: OwnedWorkload,
  { service, deployment, available }: Omit<RegisteredRelease, 'scaled'>,
): string | null {
  if (!way) return `nothing here takes that back. ${owned.refusal.advice}`;
  const unable = way.takesOver?.steps.filter(({ kind }) => available && !available.has(kind)) ?? [];
  if (way.takesOver && unable.length > 0)
    return `what takes it back is not configured here. ${way.takesOver.configure}`;
  const refusal = way.takesOver?.refusal(owned, { service, deployment, declared: declaredFor(way, service) });
  return refusal ? `${refusal.reason} ${refusal.advice}` : null;
}

/** Whoever brings the bad version back when somebody runs it again. One apply by hand is nothing to be told of. */
function passive(name: string, owner: Owner): Notice[] {
  if (owner.kind === 'package-manager') {
    const by = ownerInWords(owner);
    return [
      {
        code: 'owned',
        words: `${name} is owned by ${by}: a rollback sticks until somebody upgrades it, and an upgrade with the bad version brings that back. After a rollback, give ${owner.name} the good version, too.`,
      },
    ];
  }
  if (owner.kind === 'possible-controller')
    return [
      {
        code: 'owned',
        words: `${name} may be owned by ${owner.name} (${owner.evidence}): if it is, it puts the bad version back by itself after a rollback.`,
      },
    ];
  return [];
}

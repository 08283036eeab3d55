import type { Deployment } from './deployment.ts';
import { type Looks, lookEveryMs } from './looks.ts';
import type { OwnRollout } from './own-rollout.ts';

/** Looks due in the watch window. A window shorter than a slot has one. */
export function dueLooks({ completedAt, watchEndsAt }: Deployment): number {
  return Math.max(1, Math.floor(((watchEndsAt ?? 0) - (completedAt ?? 0)) / lookEveryMs));
}

/**
 * What is recorded of the deployment after this look; null when that is known already. One look a slot counts, and it counts
 * as serving only while no other look of its slot saw something else. Counting from what was stored, replicas that look at
 * the same time never count a slot twice.
 */
export function nextLooks(deployment: Deployment, seen: OwnRollout, now: number): Looks | null {
  const { looks } = deployment;
  const serves = seen.kind === 'serving';
  const slot = slotOf(deployment, now);
  if (looks.lastAt === null || slot > slotOf(deployment, looks.lastAt)) {
    const served = looks.served + (serves && counts(deployment, slot) ? 1 : 0);
    return {
      ...{ served, lastAt: now, lastServed: serves, doubt: serves ? looks.doubt : seen.doubt },
      ...gapsUntil(looks, now),
    };
  }
  if (serves || !looks.lastServed) return null;
  const taken = counts(deployment, slotOf(deployment, looks.lastAt)) ? 1 : 0;
  return { ...looks, served: looks.served - taken, lastAt: now, lastServed: false, doubt: seen.doubt };
}

/**
 * The same after the window, where nothing counts any more but that it was seen: what was taken back is watched for longer. Null
 * within the slot of the last look.
 */
export function seenAgain(deployment: Deployment, now: number): Looks | null {
  const { looks } = deployment;
  if (looks.lastAt !== null && slotOf(deployment, now) <= slotOf(deployment, looks.lastAt)) return null;
  return { ...looks, lastAt: now, ...gapsUntil(looks, now) };
}

/** Looks come every few seconds; a pause as short as this is none in which anybody could have put anything back and undone it. */
export const unseenFromMs = 60_000;

/** No row grows with a cluster that comes and goes; what is beyond is one gap with the last. */
const mostGaps = 20;

function gapsUntil({ lastAt, gaps = [] }: Looks, now: number): Pick<Looks, 'gaps'> {
  if (lastAt === null || now - lastAt < unseenFromMs) return gaps.length > 0 ? { gaps } : {};
  const last = gaps.at(-1);
  if (gaps.length < mostGaps || !last) return { gaps: [...gaps, { from: lastAt, to: now }] };
  return { gaps: [...gaps.slice(0, -1), { from: last.from, to: now }] };
}

/** The look that saw its rollout complete is the first of its window. */
export function firstLook(seen: OwnRollout, now: number): Looks {
  const serves = seen.kind === 'serving';
  return { served: serves ? 1 : 0, lastAt: now, lastServed: serves, doubt: serves ? null : seen.doubt };
}

function counts(deployment: Deployment, slot: number): boolean {
  return deployment.completedAt !== null && slot >= 0 && slot < dueLooks(deployment);
}

/** Counted from the window's start, negative before it. */
function slotOf({ startedAt, completedAt }: Deployment, at: number): number {
  return Math.floor((at - (completedAt ?? startedAt)) / lookEveryMs);
}

import type { ServicePolicy } from '../service/service.ts';
import type { Change, Deployment } from './deployment.ts';
import { formatAge } from './format-age.ts';
import { releaseName } from './release-words.ts';

/*
 * How far back a rollback goes. Between what it takes back and what it returns to may lie releases that nothing has proven: each
 * was replaced before its watch could end, or its watch proved nothing. Going back past them takes their changes away too, so
 * each is named. What was taken back, never came up, or was itself a return to an earlier release is no loss and not counted.
 */

/** A release that lies between, as far as going back past it needs it. */
export interface PassedRelease
  extends Pick<Deployment, 'id' | 'release' | 'version' | 'origin' | 'status' | 'proof' | 'startedAt'> {
  /** Null for what is no rollback. */
  returned: Returned | null;
  /** What it changed besides its workloads, in order. */
  changes: Change[];
}

/** What a rollback returned to, and what that came to. */
export interface Returned {
  targetId: string;
  /** Of its run for this service. */
  verdict: 'passed' | 'failed' | null;
  /** The first automatic trigger that fired on it while it was watched. */
  breached: string | null;
}

type Passed = Omit<PassedRelease, 'returned' | 'changes'>;

/** A release that a rollback goes back past. */
export interface SkippedRelease {
  deploymentId: string;
  release: number;
  version: string | null;
  startedAt: number;
  /** Why it is not the one returned to: "replaced 4 min after it began, before its watch had ended". */
  why: string;
}

export interface Jump {
  target: Pick<Deployment, 'release' | 'version' | 'origin' | 'startedAt'>;
  /** Newest first. */
  skipped: SkippedRelease[];
  /** When the target was replaced by the release after it. */
  lastServedAt: number;
}

/** @param between the releases that lie between the target and the one taken back, in any order */
export function jumpOf(
  target: Jump['target'],
  from: Pick<Deployment, 'release' | 'version' | 'origin' | 'startedAt'>,
  between: readonly Passed[],
): Jump {
  const passed = between
    .filter(({ release }) => release > target.release && release < from.release)
    .sort((a, b) => b.release - a.release);
  const skipped = passed.flatMap((one, index) => {
    const next = passed[index - 1] ?? from;
    const why = whySkipped(one, next);
    const { id: deploymentId, release, version, startedAt } = one;
    return why === null ? [] : [{ deploymentId, release, version, startedAt, why }];
  });
  return { target, skipped, lastServedAt: (passed.at(-1) ?? from).startedAt };
}

/** Null for a release that is no loss. */
function whySkipped(
  { status, origin, proof, startedAt }: Passed,
  next: Pick<Deployment, 'release' | 'version' | 'origin' | 'startedAt'>,
): string | null {
  if (status === 'rolled_back' || status === 'failed' || origin === 'rollback') return null;
  const served = formatAge(next.startedAt - startedAt);
  if (proof === 'verified' || proof === 'presumed_good') return 'passed over by choice';
  return `replaced by ${releaseName(next)} after ${served}, and not verified by then`;
}

/** Why a rollback does not go so far back by itself, in words; empty when it does. */
export function beyondLimits(
  { target, skipped, lastServedAt }: Jump,
  {
    automaticMaxSkippedReleases,
    automaticMaxTargetAgeMs,
  }: Pick<ServicePolicy, 'automaticMaxSkippedReleases' | 'automaticMaxTargetAgeMs'>,
  now: number,
): string[] {
  const reasons: string[] = [];
  const name = releaseName(target);
  if (skipped.length > automaticMaxSkippedReleases)
    reasons.push(
      `${name} is ${counted(skipped.length)} further back that nothing has proven (by itself it skips at most ${automaticMaxSkippedReleases})`,
    );
  if (now - lastServedAt > automaticMaxTargetAgeMs)
    reasons.push(
      `${name} last served ${formatAge(now - lastServedAt)} ago (by itself it returns to what served within ${formatAge(automaticMaxTargetAgeMs)})`,
    );
  return reasons;
}

function counted(releases: number): string {
  return releases === 1 ? '1 release' : `${releases} releases`;
}

/** What a person reads before the click; null where nothing is skipped and the target served until now. */
export function jumpInWords(jump: Jump, policy: ServicePolicy, now: number): string | null {
  const { target, skipped, lastServedAt } = jump;
  const beyond = beyondLimits(jump, policy, now).length > 0;
  if (skipped.length === 0 && !beyond) return null;
  const age = `it is ${formatAge(now - target.startedAt)} old and last served ${formatAge(now - lastServedAt)} ago`;
  const past = skipped.length > 0 ? ` past ${counted(skipped.length)}` : '';
  const limit = beyond ? ' Lastgood does not go so far back by itself.' : '';
  return `Goes back${past} to ${releaseName(target)}: ${age}.${limit}${skippedInWords(skipped, now)}`;
}

const namedAtMost = 5;

function skippedInWords(skipped: readonly SkippedRelease[], now: number): string {
  if (skipped.length === 0) return '';
  const named = skipped.slice(0, namedAtMost).map(({ release, version, startedAt, why }) => {
    return `${releaseName({ release, version })}, ${formatAge(now - startedAt)} old, ${why}`;
  });
  const more = skipped.length > namedAtMost ? `; and ${skipped.length - namedAtMost} more` : '';
  return ` Skipped: ${named.join('; ')}${more}.`;
}

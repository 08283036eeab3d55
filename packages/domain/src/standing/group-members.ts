import type { ServiceKey } from '../service/service.ts';
import { worstBreach } from './breach.ts';
import type { KnownRelease } from './known-service.ts';
import type { StandingState } from './standing.ts';
import type { StandingService } from './standing-service.ts';

/** So soon after a deploy a failure is likely its. */
const afterDeployMs = 30 * 60_000;

const failing: ReadonlySet<StandingState> = new Set([
  'firing',
  'pending',
  'failed',
  'stopped',
  'rolling_back',
]);

export function isFailing({ standing }: StandingService): boolean {
  return failing.has(standing.state);
}

/**
 * How long before an instant a release was deployed, where that is short enough to be the cause of what began then; else null. What
 * served when its service was declared was not deployed then, and a rollback is the answer to a failure.
 */
export function deployedBefore(release: KnownRelease | null, began: number | null): number | null {
  if (!release || began === null || release.release === 1 || release.origin === 'rollback') return null;
  const before = began - release.startedAt;
  return before >= 0 && before <= afterDeployMs ? before : null;
}

/** When it began to fail: what fires began so much earlier as its trigger holds. Null when that is not known. */
export function beganAt({ known, standing: { state, since } }: StandingService): number | null {
  if (state !== 'firing' || since === null) return since;
  return since - (worstBreach(known)?.trigger.forMs ?? 0);
}

export function firstBegan(members: readonly StandingService[]): number | null {
  const began = members.flatMap((one) => beganAt(one) ?? []);
  return began.length === 0 ? null : Math.min(...began);
}

export function keysOf(members: readonly StandingService[]): ServiceKey[] {
  return members.map(({ known }) => known.service.key).sort();
}

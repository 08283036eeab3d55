import { eventAbout, type NewEvent } from '../audit/events.ts';
import { aboutService } from '../notification/about-service.ts';
import type { MadeNotification, Notification } from '../notification/notification.ts';
import type { Service } from '../service/service.ts';
import { formatSpan } from '../trigger/format.ts';
import type { Deployment } from './deployment.ts';
import type { FollowedService } from './followed-service.ts';
import { incidentOver } from './incident-over.ts';
import { type Looks, lookEveryMs } from './looks.ts';
import { noWayBack } from './no-way-back.ts';
import { hasShownChange, type OwnRollout } from './own-rollout.ts';
import { releaseFacts } from './release-facts.ts';
import { releaseName, releaseSubject } from './release-words.ts';

/** What changes is looked at at once, and what does not every five minutes: between two looks that are further apart anything may have been. */
const mostBetweenMs = 600_000;

interface Told<Notice extends Notification = Notification> {
  event: NewEvent;
  notification: Notice;
}

/** A service, and what was asked about its newest release. */
type Known = Pick<FollowedService, 'service' | 'lastKnownGood'>;

export interface MendedRollout {
  looks: Looks;
  /** Null until it is proven. */
  over: Told | null;
  /** Where one that had mended itself fails again. */
  again?: Told;
}

/**
 * A look at a release whose rollout failed, when its watch has ended. It has mended itself once every look for a whole watch window saw
 * its own pods serve: whoever was told that it failed is told so, once, and it stays unproven. Where they are not complete then for as long
 * as a rollout may take, it fails again, which is told anew. Of what its pipeline called failed its pods say nothing. Its looks count the slots
 * since they began to serve; null where nothing is new.
 */
export function mendedRollout(
  current: Deployment,
  seen: OwnRollout,
  known: Known,
  now: number,
): MendedRollout | null {
  if (!isWatchedNoMore(current) || !hasShownChange(current)) return null;
  const { looks } = current;
  const { service } = known;
  const due = dueLooks(service.policy);
  const wasMended = looks.served >= due;
  if (wasMended && seen.kind === 'unfinished') return failing(current, seen.doubt, known, now);
  if (seen.kind !== 'serving') {
    const isKnown = !looks.lastServed && looks.served === 0;
    return isKnown ? null : { looks: { ...looks, served: 0, lastAt: now, lastServed: false }, over: null };
  }
  if (wasMended)
    return looks.lastServed ? null : { looks: { ...looks, lastAt: now, lastServed: true }, over: null };
  const served = servedUntil(looks, now);
  if (served === looks.served && looks.lastServed) return null;
  const after = { ...looks, served, lastAt: now, lastServed: true };
  return { looks: after, over: served < due ? null : mended(current, service, now) };
}

/** Whether its own pods have served for a whole watch window, and serve yet. */
export function isMended(current: Deployment, policy: Service['policy']): boolean {
  const { lastServed, served } = current.looks;
  return isWatchedNoMore(current) && lastServed && served >= dueLooks(policy);
}

function dueLooks({ watchWindowMs }: Service['policy']): number {
  return Math.max(1, Math.ceil(watchWindowMs / lookEveryMs));
}

function isWatchedNoMore({ status, origin, watchClosedAt, watchEndsAt }: Deployment): boolean {
  return status === 'failed' && origin !== 'rollback' && watchClosedAt !== null && watchEndsAt === null;
}

/** In slots; those before a look that saw something else, or long before this one, do not count. */
function servedUntil({ served, lastAt, lastServed }: Looks, now: number): number {
  const sinceMs = now - (lastAt ?? Number.NEGATIVE_INFINITY);
  if (!lastServed || sinceMs > mostBetweenMs) return 0;
  return served + Math.max(0, Math.floor(sinceMs / lookEveryMs));
}

/** For a short while a pod may be away, as it is replaced. */
function failing(current: Deployment, doubt: string, known: Known, now: number): MendedRollout | null {
  const { looks } = current;
  if (looks.lastServed) return { looks: { ...looks, lastAt: now, lastServed: false, doubt }, over: null };
  const lastingMs = now - (looks.lastAt ?? now);
  if (lastingMs < known.service.policy.stableTimeoutMs) return null;
  const again = failedAgain(current, { doubt, lastingMs }, known, now);
  return { looks: { ...looks, served: 0, lastAt: now, doubt }, over: null, again };
}

function failedAgain(
  current: Deployment,
  { doubt, lastingMs }: { doubt: string; lastingMs: number },
  known: Known,
  at: number,
): Told<MadeNotification> {
  const about = { at, service: current.service, deploymentId: current.id };
  const text = `${releaseSubject(current)} fails again: its own pods have not served completely for ${formatSpan(lastingMs)}: ${doubt}.`;
  const { service } = known;
  const lost = noWayBack(current, known);
  const toDo = lost === null ? 'Roll it back, or mend it.' : `Mend it, for ${lost}.`;
  return {
    event: eventAbout({ type: 'deployment.failed', ...about, text }),
    notification: {
      key: `deployment/${current.id}/rollout_failed/${at}`,
      ...{ kind: 'rollout_failed', urgency: 'page', ...about, runId: null },
      title: `${service.name}: ${releaseName(current)} fails again after its rollout was complete`,
      text: `${text} ${toDo}`,
      ...aboutService(service, {
        ...releaseFacts(current, null),
        ...(lost !== null && { nothingToGoBackTo: true }),
        next: {
          text: `Its watch has ended. Once it has served for ${formatSpan(service.policy.watchWindowMs)} again, that is told.`,
          at: null,
        },
      }),
    },
  };
}

function mended(current: Deployment, service: Service, at: number): Told {
  const lasting = formatSpan(service.policy.watchWindowMs);
  const text = `${releaseSubject(current)} is rolled out after all: its own pods have served for ${lasting}.`;
  return {
    event: eventAbout({
      ...{ type: 'deployment.mended', at, text },
      ...{ service: current.service, deploymentId: current.id },
    }),
    notification: incidentOver(current, service, { kind: 'mended', words: text }, at),
  };
}

import { eventAbout, type NewEvent } from '../audit/events.ts';
import { instantAfter } from '../instant-after.ts';
import { aboutService } from '../notification/about-service.ts';
import type { MadeNotification, Notification } from '../notification/notification.ts';
import type { Service } from '../service/service.ts';
import { formatSpan } from '../trigger/format.ts';
import { awayWithin } from './absences.ts';
import { configurationAloneInWords } from './configuration-words.ts';
import type { Deployment, DeploymentPatch } from './deployment.ts';
import type { FollowedService } from './followed-service.ts';
import { incidentOver } from './incident-over.ts';
import { type NeverCame, neverCame } from './never-came.ts';
import { firstLook } from './next-looks.ts';
import { noWayBack } from './no-way-back.ts';
import { isInPlaceAlready } from './own-change.ts';
import { changeSeenAt, hasShownChange, type OwnRollout } from './own-rollout.ts';
import { releaseFacts } from './release-facts.ts';
import { releaseRecord } from './release-record.ts';
import { releaseName, releaseSubject } from './release-words.ts';
import { failureInWords } from './rollout-words.ts';
import type { ServedRelease } from './told-of-replaced.ts';

/** How long a pipeline may say nothing before the rollout in the cluster is followed instead. */
const silentPipelineMs = 120_000;

export interface RolloutEnd {
  patch: DeploymentPatch;
  events: NewEvent[];
  notifications: Notification[];
  /** Where its own pods serve. */
  served?: ServedRelease;
  /** Where it failed before anything of it was there. */
  neverCame?: NeverCame;
}

/** A service, and what was asked about its newest release. */
type Known = Pick<FollowedService, 'service' | 'absences' | 'lastKnownGood'>;

/**
 * How a rollout ends. It is *completed* when it is seen complete: a detected one at once, a registered one when its pipeline
 * has said so or has been silent. It is *failed* when it is not complete within `stableTimeoutMs`, counted from the later of
 * the pipeline's word and the moment the cluster first showed the change, without the time in which Lastgood was away. A failed one
 * whose pods are there is watched on, and completed after all when it is seen complete; `closeFailedWatch` ends its watch. Null while
 * it goes on.
 */
export function endRollout(
  current: Deployment,
  seen: OwnRollout,
  known: Known,
  now: number,
): RolloutEnd | null {
  const { service, absences = [] } = known;
  const away = (since: number) => awayWithin(absences, since, now);
  const { status, origin, watchClosedAt } = current;
  const isOpen = status === 'in_progress' || (status === 'failed' && watchClosedAt === null);
  if (!isOpen || origin === 'rollback') return null;
  if (isFailedByPipeline(current)) return null;
  const { startedAt } = current;
  if (isOver(current, seen, now)) return completed(current, seen, service, now);
  if (status === 'failed') return null;
  if (now - startedAt - away(startedAt) >= service.policy.maxInProgressMs)
    return tooOld(current, seen, { ...known, awayMs: away(startedAt) }, now);
  const since = timedFrom(current);
  if (since === null || now - since - away(since) < service.policy.stableTimeoutMs) return null;
  const words = `${failureInWords(current, seen, service.policy)}${notCounted(away(since))}`;
  return failed(current, words, known, now);
}

/** Its pipeline's word stands, however its pods look: only such a failed one has an end of its watch. */
function isFailedByPipeline({ status, watchEndsAt }: Deployment): boolean {
  return status === 'failed' && watchEndsAt !== null;
}

function isOver(current: Deployment, seen: OwnRollout, now: number): boolean {
  if (seen.kind === 'unfinished' || !hasShownChange(current)) return false;
  if (current.origin === 'detected' || current.reportedCompleteAt !== null) return true;
  return changeSeenAt(current) !== null && now - current.startedAt >= silentPipelineMs;
}

/** A service that nobody looked at is not blamed for it. */
function notCounted(awayMs: number): string {
  return awayMs < 1_000 ? '' : ` (Lastgood was away ${formatSpan(awayMs)}, which is not counted)`;
}

/** From when on its time counts; null while neither its pipeline nor the cluster has shown anything of it. */
function timedFrom(current: Deployment): number | null {
  const since = [current.reportedCompleteAt, changeSeenAt(current)].filter((at) => at !== null);
  return since.length === 0 ? null : Math.max(...since);
}

/** A rollout to no replicas is complete, and its window passes without proof. */
function completed(current: Deployment, seen: OwnRollout, service: Service, now: number): RolloutEnd {
  const isLate = current.status === 'failed';
  const watchEndsAt = instantAfter(now, service.policy.watchWindowMs);
  const late = isLate ? ' after all' : '';
  const configuration = configurationAloneInWords(current);
  const text =
    seen.kind === 'serving' && configuration !== null
      ? `${releaseSubject(current)} is complete: ${configuration}`
      : seen.kind === 'serving' && isInPlaceAlready(current)
        ? `${releaseSubject(current)} is complete: nothing had to be rolled out, and its own pods serve.`
        : seen.kind === 'serving'
          ? `${releaseSubject(current)} is rolled out${late}, and its own pods serve.`
          : `${releaseSubject(current)} is rolled out${late}, but ${seen.doubt}.`;
  return {
    patch: {
      id: current.id,
      status: 'completed',
      ...(isLate && { proof: 'pending' }),
      completedAt: now,
      watchEndsAt,
      looks: firstLook(seen, now),
    },
    events: [eventOf(current, 'deployment.completed', text, now)],
    ...(seen.kind === 'serving' && { served: { release: current, service, at: now, butFor: [] } }),
    // What does not serve is not mended.
    notifications:
      isLate && seen.kind === 'serving'
        ? [incidentOver(current, service, { kind: 'completed', words: text, watchEndsAt }, now)]
        : [],
  };
}

/** Its watch ends in the next slot, unless something breaches: that wakes nobody before. */
function tooOld(
  current: Deployment,
  seen: OwnRollout,
  { awayMs, ...known }: Known & { awayMs: number },
  now: number,
): RolloutEnd {
  const why = seen.kind === 'unfinished' && hasShownChange(current) ? `: ${seen.doubt}` : '';
  const words = `its pipeline went silent and its rollout did not complete${why}${notCounted(awayMs)}`;
  const ended = failed(current, words, known, now);
  return { ...ended, notifications: told(current, words, { ...known, watchedUntil: null }, now) };
}

/**
 * As its pipeline says. What is in place may harm whatever the pipeline thinks of it: it is watched for a window, and can be
 * taken back.
 */
export function failByPipeline(
  current: Deployment,
  detail: string | null,
  known: Known,
  now: number,
): RolloutEnd {
  const words = detail?.replace(/\.$/, '') ?? 'its pipeline said so';
  const ended = failed(current, words, known, now);
  const harm = noWayBack(current, known) ?? 'roll it back if it does harm';
  const text = `${sentence(words)}. What is in place is watched for its window: ${harm}.`;
  const watchEndsAt = instantAfter(now, known.service.policy.watchWindowMs);
  const [page, ...records] = told(current, words, { ...known, watchedUntil: watchEndsAt }, now);
  return {
    patch: { ...ended.patch, watchEndsAt },
    events: ended.events,
    notifications: [...(page ? [{ ...page, text }] : []), ...records],
  };
}

/** What has not come cannot harm: its watch is over. */
function failed(current: Deployment, words: string, known: Known, now: number): RolloutEnd {
  const text = `${releaseSubject(current)} failed: ${words}.`;
  const isThere = hasShownChange(current);
  const never = neverCame(current, known.service, now);
  const closed = isThere ? {} : { watchClosedAt: now };
  const { maxInProgressMs } = known.service.policy;
  const watchedUntil = isThere ? instantAfter(current.startedAt, maxInProgressMs) : null;
  return {
    patch: {
      id: current.id,
      status: 'failed',
      proof: 'unproven',
      ...closed,
      looks: { ...current.looks, lastAt: now, lastServed: false, doubt: words },
    },
    events: [eventOf(current, 'deployment.failed', text, now)],
    notifications: told(current, words, { ...known, watchedUntil }, now),
    ...(never && { neverCame: never }),
  };
}

/**
 * To people, and beside the release. Only pods that are there can harm: they wake somebody, a change that never came does not.
 *
 * @param watchedUntil when the watch of what is in place ends; null where nothing is, or its watch ends now
 */
function told(
  current: Deployment,
  words: string,
  { watchedUntil, ...known }: Known & { watchedUntil: number | null },
  at: number,
): MadeNotification[] {
  const { id } = current;
  const { service } = known;
  const isThere = watchedUntil !== null;
  const lost = noWayBack(current, known);
  const toDo = lost === null ? 'roll it back, or mend it' : `mend it, for ${lost}`;
  const text = isThere
    ? `${sentence(words)}. Lastgood keeps watching it: ${toDo}. It counts as completed once it is seen complete.`
    : `${sentence(words)}.`;
  const next = isThere
    ? {
        text: 'Lastgood keeps watching it, and its triggers may take it back. The watch ends.',
        at: watchedUntil,
      }
    : null;
  return [
    {
      key: `deployment/${id}/rollout_failed`,
      kind: 'rollout_failed',
      urgency: isThere ? 'page' : 'info',
      at,
      service: service.key,
      deploymentId: id,
      runId: null,
      title: `${service.name}: ${releaseName(current)} failed to roll out`,
      text,
      ...aboutService(service, {
        ...releaseFacts(current, null),
        ...(lost !== null && { nothingToGoBackTo: true }),
        next,
      }),
    },
    releaseRecord('deployment_failed', current, service, { at, text }),
  ];
}

/** What a message begins with. A pipeline's own words stay as they are. */
function sentence(words: string): string {
  return words.replace(/^it(?=s? )/, 'It');
}

function eventOf(current: Deployment, type: NewEvent['type'], text: string, at: number): NewEvent {
  return eventAbout({ type, at, service: current.service, deploymentId: current.id, text });
}

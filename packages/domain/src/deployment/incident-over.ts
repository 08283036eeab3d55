import { aboutService, type ToldService } from '../notification/about-service.ts';
import { calledKinds } from '../notification/following.ts';
import type { Notification, PeopleKind } from '../notification/notification.ts';
import { endedInWords, type Gone, goneInWords } from './gone-in-words.ts';
import { releaseFacts, type ToldRelease } from './release-facts.ts';
import { releaseName, releaseSubject } from './release-words.ts';

/** The release that something was told of. */
export type OverRelease = ToldRelease & { id: string; service: string };

/** Why nobody has to do anything any more about what was told of a release. */
export type OverBecause =
  | { kind: 'recovered' | 'withdrawn' | 'ready-again' }
  /** What fired is not looked at any more, so that nobody knows whether it is over. */
  | ({ kind: 'undeclared' } & Gone)
  /** `triggers`: the names of what fired and can tell nothing any more. */
  | { kind: 'ended'; triggers: readonly string[] }
  /** `words`: a sentence that says so. */
  | { kind: 'verified' | 'unproven' | 'mended'; words: string }
  /** `watchEndsAt`: until when it is watched now. */
  | { kind: 'completed'; words: string; watchEndsAt: number }
  | { kind: 'superseded'; newer: ToldRelease }
  /** `older`: what is there in place of it. */
  | { kind: 'never-came'; older: ToldRelease }
  /** Who let stay what was held, or deleted its service. */
  | { kind: 'released' | 'deleted'; by: string };

/** What calls somebody because something fires. */
export const callingKinds = [
  ...calledKinds,
  'rollback_failed',
  'still_wrong',
] as const satisfies readonly PeopleKind[];

/**
 * What of an incident is over for that reason; null: all of it. A rollback that stopped before it changed anything ends with what it was for: of
 * one that changed something the release is not judged any more.
 */
const ends: Record<OverBecause['kind'], readonly PeopleKind[] | null> = {
  recovered: callingKinds,
  undeclared: callingKinds,
  ended: callingKinds,
  withdrawn: calledKinds,
  completed: ['rollout_failed', 'still_wrong'],
  mended: ['rollout_failed', 'still_wrong'],
  unproven: [...callingKinds, 'rollout_failed'],
  verified: [...callingKinds, 'rollout_failed', 'held_version_back'],
  'ready-again': ['readiness_lost'],
  superseded: null,
  'never-came': callingKinds,
  released: ['held_version_back', 'still_wrong'],
  deleted: null,
};

/** Told to whoever was told of it before, and to nobody else: see `isFollowing`. */
export function incidentOver(
  release: OverRelease,
  service: ToldService,
  because: OverBecause,
  at: number,
): Notification {
  const { title, text } = inWords(release, service.name, because);
  const next = nextOf(because);
  return {
    key: `deployment/${release.id}/incident_over/${because.kind}/${at}`,
    ...{ kind: 'incident_over', urgency: 'info', at, title, text },
    ...{ service: release.service, deploymentId: release.id, runId: null },
    ...{ ends: ends[because.kind] ?? undefined },
    ...(goesOn.includes(because.kind) && { ifPartly: next }),
    ...aboutService(service, {
      ...releaseFacts(release, null),
      next,
      ...(because.kind === 'undeclared' && { isUnseen: true }),
    }),
  };
}

/**
 * What said that an incident is over, as it is true now: that its service was deleted is half of it once that is declared again.
 * @param isDeclared whether the service is
 */
export function overByNow(over: Notification, isDeclared: boolean): Notification {
  const { key, deploymentId, title, facts } = over;
  const isDeletion = key.startsWith(
    `deployment/${deploymentId}/incident_over/${'deleted' satisfies OverBecause['kind']}/`,
  );
  if (!isDeletion || !isDeclared) return over;
  const release = facts?.versions ?? 'this release';
  return { ...over, title: `${title} and is declared again, and nobody was called for ${release} since` };
}

/** After which Lastgood may act by itself, whatever else stands. */
const goesOn: readonly OverBecause['kind'][] = ['completed', 'withdrawn', 'released'];

/** What follows. That nothing is left to do is said of what has ended for good. */
function nextOf(because: OverBecause): { text: string; at: number | null } {
  switch (because.kind) {
    case 'completed':
      return {
        text: 'It is watched now, and its triggers may take it back. The watch ends.',
        at: because.watchEndsAt,
      };
    case 'recovered':
      return { text: 'Nothing for now: what fires again calls again.', at: null };
    case 'undeclared':
      return { text: 'Look yourself whether it is over. What fires of what is declared calls.', at: null };
    case 'ended':
      return { text: 'Look yourself whether it is over. What fires again calls again.', at: null };
    case 'withdrawn':
      return { text: 'What its triggers still call for is told anew.', at: null };
    case 'unproven':
      return {
        text: 'Nothing: at the end of its watch it served and nothing fired. That it is good is not proven.',
        at: null,
      };
    case 'mended':
      return { text: 'Nothing: its watch has ended. That it is good is not proven.', at: null };
    case 'released':
      return { text: 'It is judged as any release: what fires of it calls, or takes it back.', at: null };
    case 'never-came':
      return { text: 'What fires calls for what is there.', at: null };
    case 'verified':
    case 'ready-again':
    case 'superseded':
    case 'deleted':
      return { text: 'Nothing is left to do.', at: null };
  }
}

function inWords(release: OverRelease, name: string, because: OverBecause): { title: string; text: string } {
  const named = releaseName(release);
  switch (because.kind) {
    case 'recovered':
      return {
        title: `${name}: what called for a rollback of ${named} is over`,
        text: `Nothing of ${named} fires any more that calls for a rollback.`,
      };
    case 'undeclared': {
      const { title, text } = goneInWords(because, named);
      return { title: `${name}: ${title}`, text };
    }
    case 'ended': {
      const { title, text } = endedInWords(because.triggers, named);
      return { title: `${name}: ${title}`, text };
    }
    case 'withdrawn':
      return {
        title: `${name}: the rollback of ${named} is not wanted any more`,
        text: 'What it was decided by is not true any more. Its triggers are judged by what is recorded now.',
      };
    case 'ready-again':
      return {
        title: `${name}: ${named} can be taken back completely again`,
        text: 'What was in the way is not any more.',
      };
    case 'verified':
      return { title: `${name}: ${named} is verified after all`, text: because.words };
    case 'unproven':
      return { title: `${name}: the watch of ${named} is over`, text: because.words };
    case 'completed':
    case 'mended':
      return { title: `${name}: ${named} is rolled out after all`, text: because.words };
    case 'never-came': {
      const { older } = because;
      return {
        title: `${name}: ${named} never came, so it cannot be rolled back`,
        text: `${releaseSubject(release)} failed before anything of it was deployed. ${releaseSubject(older)} is what is there: what fires now calls for that one.`,
      };
    }
    case 'released':
      return {
        title: `${name}: ${named} may stay`,
        text: `${because.by} let it be deployed again: that it was taken back before holds it no more.`,
      };
    case 'deleted':
      return {
        title: `${name} was deleted`,
        text: `${because.by} deleted the service: Lastgood follows ${named} no more, and takes nothing of it back.`,
      };
    case 'superseded': {
      const { newer } = because;
      return {
        title: `${name}: ${releaseName(newer)} has replaced ${named}`,
        text: `${releaseSubject(newer)} was seen to serve. Nobody has to do anything about ${named} any more: what fires now calls for the newer one.`,
      };
    }
  }
}

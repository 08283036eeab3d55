import type { ServiceRoute } from '../service/notify-route.ts';
import type { ServiceKey } from '../service/service.ts';
import type { NotificationFacts } from './facts.ts';

/** What people are told: whoever is on call, or the team. */
export const peopleKinds = [
  'rollout_failed',
  'held_version_back',
  'rollback_suggested',
  /** An automatic rollback waits for evidence that cannot be read. */
  'rollback_waits',
  'rolling_back',
  'rolled_back',
  'rollback_failed',
  /** A rollback that had been told of was called off, or went through without a step that did anything: nothing was changed. */
  'rollback_cancelled',
  /** The same, where what wanted a person is as it was: something of the release fires on, or its rollout failed. */
  'still_wrong',
  /** A plan's own word to people. */
  'rollback_notice',
  /** What could be rolled back cannot be any more. */
  'readiness_lost',
  /** Nobody has gone the way back for longer than its team allows. */
  'drill_overdue',
  /** Somebody has acknowledged in Lastgood what fires on. Told only where something called somebody before. */
  'taken_on',
  /** Of several things that wanted a person one does not any more. Told only where it was told before, and another one stands. */
  'partly_over',
  /** Nobody has to do anything any more. Told only where something was told before that wanted a person. */
  'incident_over',
] as const;

/** What is written beside a release elsewhere, such as a commit's status: no person is told. */
export const recordKinds = [
  'deployment_registered',
  'deployment_verified',
  'deployment_failed',
  'deployment_rolled_back',
  /** Its watch ended, and nothing proves that it is good. */
  'deployment_unproven',
  /** A newer release took its place before it was verified. */
  'deployment_superseded',
] as const;

export type PeopleKind = (typeof peopleKinds)[number];
export type RecordKind = (typeof recordKinds)[number];
export type NotificationKind = PeopleKind | RecordKind;

/** What may wake somebody. Whatever makes messages makes a `MadeNotification`, and a page of no other kind. */
export const pagingKinds = [
  'rollout_failed',
  'held_version_back',
  'rollback_suggested',
  'rollback_waits',
  'rollback_failed',
  /** Where nobody called off what found nothing to do. */
  'still_wrong',
  /** Where its plan says so. */
  'rollback_notice',
] as const satisfies readonly PeopleKind[];

/** The place in whose stead a message is told: it did not take this one, or one before it. */
export interface InsteadOf {
  notifier: string;
  to: string | null;
  /** Since when the place does not take what waits for it, epoch milliseconds; null where it was an earlier message that it did not take. */
  since: number | null;
  /** It said that it never will. */
  refused: boolean;
  /** When it was decided to tell somebody else, epoch milliseconds. */
  at: number;
}

/** `page` wakes somebody; `info` does not. */
export type Urgency = 'page' | 'info';

/** Which kind is told how. */
export type Urged =
  | { kind: (typeof pagingKinds)[number]; urgency: Urgency }
  | { kind: Exclude<NotificationKind, (typeof pagingKinds)[number]>; urgency: 'info' };

/** What is sent out. Written in the transaction that made it true; delivered at least once under `key`. */
export interface Notification {
  /** The same event has the same key however often it is delivered. */
  key: string;
  kind: NotificationKind;
  urgency: Urgency;
  at: number;
  service: ServiceKey;
  deploymentId: string;
  runId: string | null;
  /** One line a tired person understands. */
  title: string;
  /** The decision's sentence, the reason, and what to do next. */
  text: string;
  /** What it is about, part by part; absent in what was stored without. */
  facts?: NotificationFacts;
  /** Why it is told where it is; absent where it was meant to be. */
  insteadOf?: InsteadOf;
  /** Quiet hours held it back, or what comes before it there: it is told later than it was true. Absent where nothing did. */
  heldBack?: true;
  /** It is told to one of several who stand in such a place of the same notifier, whom it, or what came before it, did not reach there. */
  partOf?: { to: string | null };
  /** The drill of its service that it is about, by when people were told that it is overdue; absent where it is about the release. */
  drill?: { toldAt: number };
  /** Somebody asked for it, and nothing is behind it: there is no page of it, and nothing to press. */
  test?: true;
  /** Its service's own routes as it became true; where it goes is said then, and they are not stored. */
  routes?: readonly ServiceRoute[] | undefined;
  /** Of what goes by no route: of which of what was told it is true. Of all where it is not said. Asked as it is written, and kept of `partly_over` alone. */
  ends?: readonly PeopleKind[] | undefined;
  /** Of `partly_over`: what wants a person at its place all the same, found as it is written there. Absent in what was stored without. */
  stands?: readonly PeopleKind[] | undefined;
  /** Of what is over: what follows by itself all the same where it is so in part alone. Absent where nothing does; it is not stored. */
  ifPartly?: NotificationFacts['next'] | undefined;
}

/** As it is made here. What is read may have been stored by another version. */
export type MadeNotification = Notification & Urged;

/** What tells the incident of a notification. */
export type OfIncident = Pick<Notification, 'deploymentId'> &
  Partial<Pick<Notification, 'service' | 'drill'>>;

/**
 * What stands together at a receiver: all that is said about one deployment that is in trouble. A drill that is overdue is an incident of its
 * own, and the next one another: it outlives releases, and closes nothing of theirs.
 */
export function incidentOf({ deploymentId, service, drill }: OfIncident): string {
  return drill ? `drill/${service}/${drill.toldAt}` : `deployment/${deploymentId}`;
}

/**
 * What goes to one place one at a time, in order: what people are told of an incident, and its records, apart. A record that cannot be
 * written holds back no page.
 */
export function deliveryLane(notification: OfIncident & Pick<Notification, 'kind'>): string {
  const incident = incidentOf(notification);
  return isRecord(notification) ? `${incident}/records` : incident;
}

/** What goes by no route is told to whoever was told before, and to nobody else. */
export function goesByRoute({ kind }: Pick<Notification, 'kind'>): boolean {
  return kind !== 'taken_on' && kind !== 'partly_over' && kind !== 'incident_over';
}

export function isRecord({ kind }: Pick<Notification, 'kind'>): boolean {
  return (recordKinds as readonly string[]).includes(kind);
}

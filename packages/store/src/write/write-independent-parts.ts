import { type Commit, followedBy, type Notification, type Route } from '@lastgood/domain';
import type { StoreContext, Topic } from '../connection/store-context.ts';
import type { Batch } from './batch.ts';
import { placeHold, writeEvents } from './write-audit.ts';
import { patchDeployment } from './write-deployments.ts';
import { writeNotifications } from './write-notifications.ts';

export interface WriteContext {
  /** Where notifications go. */
  route: Route;
  /** The caller's clock, epoch milliseconds. */
  now: number;
}

export function writeContext({ route, now }: StoreContext): WriteContext {
  return { route, now: now() };
}

/** The parts of a commit that stand for themselves: none has to be read, counted or locked before another is written. */
export type IndependentParts = Omit<
  Commit,
  'newDeployments' | 'newRuns' | 'decisions' | 'served' | 'neverCame'
>;

/**
 * All of them as part of one statement, for few rows. Returns who should look once it is written. In which order one statement
 * locks its rows nobody can say: two that meet may end in a deadlock, which the server undoes and we try again.
 */
export function writeIndependentParts(
  batch: Batch,
  commit: IndependentParts,
  context: WriteContext,
): Topic[] {
  for (const patch of commit.deployments ?? []) patchDeployment(batch, patch);
  for (const hold of commit.holds ?? []) placeHold(batch, hold);
  writeNotifications(batch, commit.notifications ?? [], context.route, context.now);
  writeEvents(batch, commit.events ?? []);
  return topicsOf(commit, context);
}

export function topicsOf({ notifications, events }: IndependentParts, { route }: WriteContext): Topic[] {
  const topics: Topic[] = [];
  // Who follows an incident only the database knows. That one is over is said of many that nobody was told of, and wakes no sender.
  const isTold = (one: Notification) => followedBy(one) === 'page' || route(one).length > 0;
  if (notifications?.some(isTold)) topics.push('outbox');
  if (events?.length) topics.push('events');
  return topics;
}

import type { Commit } from '@lastgood/domain';
import type { Sql } from '../connection/pool.ts';
import { supersedeOlder } from './supersede.ts';
import { insertDecisions, insertEvents, insertHolds, insertNotifications } from './write-audit.ts';
import { insertDeployments, patchDeployments } from './write-deployments.ts';
import { insertRuns } from './write-runs.ts';

export interface WriteContext {
  /** Names of the notifiers that every notification goes to. */
  notifiers: readonly string[];
  /** The caller's clock, epoch milliseconds. */
  now: number;
}

/** What a commit did, and who outside the transaction should look. */
export interface Written {
  lostRuns: string[];
  topics: Topic[];
}

/** What a replica may wait for: rows of that kind were written. */
export type Topic = 'runs' | 'outbox' | 'events';

/**
 * Writes a commit inside a transaction. The order is the same for everybody, so that two commits lock in one order:
 * services, new deployments, runs, older deployments, the rest. Events and notifications about a run that lost against
 * an active one, or a deployment that was registered before, are not written: they did not come true now.
 */
export async function writeCommit(sql: Sql, commit: Commit, context: WriteContext): Promise<Written> {
  const added = await insertDeployments(sql, commit.newDeployments ?? []);
  const lostRuns = await insertRuns(sql, commit.newRuns ?? [], context.now);
  const superseded = [];
  for (const deployment of added) superseded.push(...(await supersedeOlder(sql, deployment)));
  await patchDeployments(sql, commit.deployments ?? []);
  await insertDecisions(sql, commit.decisions ?? []);
  await insertHolds(sql, commit.holds ?? []);
  const known = (commit.newDeployments ?? []).filter((row) => !added.some((one) => one.id === row.id));
  const untrue = new Set([...lostRuns, ...known.map((row) => row.id)]);
  const cameTrue = (about: { runId: string | null; deploymentId: string | null }) =>
    !untrue.has(about.runId ?? '') && !(untrue.has(about.deploymentId ?? '') && about.runId === null);
  const events = [...(commit.events ?? []).filter(cameTrue), ...superseded];
  const notifications = (commit.notifications ?? []).filter(cameTrue);
  await insertNotifications(sql, notifications, context.notifiers);
  await insertEvents(sql, events);
  const topics: Topic[] = [];
  if ((commit.newRuns?.length ?? 0) > lostRuns.length) topics.push('runs');
  if (notifications.length > 0 && context.notifiers.length > 0) topics.push('outbox');
  if (events.length > 0) topics.push('events');
  return { lostRuns, topics };
}

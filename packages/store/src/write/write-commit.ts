import type { Commit, DeploymentPatch } from '@lastgood/domain';
import type { Sql } from '../connection/pool.ts';
import { type Batch, createBatch } from './batch.ts';
import { supersedeOlder } from './supersede.ts';
import { insertDecisions, placeHold, writeEvents, writeNotifications } from './write-audit.ts';
import { insertDeployments, patchDeployment } from './write-deployments.ts';
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
  for (const patch of inOrder(commit.deployments)) await one(sql, (batch) => patchDeployment(batch, patch));
  await insertDecisions(sql, commit.decisions ?? []);
  for (const hold of commit.holds ?? []) await one(sql, (batch) => placeHold(batch, hold));
  const known = (commit.newDeployments ?? []).filter((row) => !added.some((one) => one.id === row.id));
  const untrue = new Set([...lostRuns, ...known.map((row) => row.id)]);
  const cameTrue = (about: { runId: string | null; deploymentId: string | null }) =>
    !untrue.has(about.runId ?? '') && !(untrue.has(about.deploymentId ?? '') && about.runId === null);
  const events = [...(commit.events ?? []).filter(cameTrue), ...superseded];
  const notifications = (commit.notifications ?? []).filter(cameTrue);
  await one(sql, (batch) => {
    writeNotifications(batch, notifications, context.notifiers);
    writeEvents(batch, events);
  });
  const topics = topicsOf({ notifications, events }, context);
  return { lostRuns, topics: (commit.newRuns?.length ?? 0) > lostRuns.length ? ['runs', ...topics] : topics };
}

/** A commit all of whose parts stand for themselves: none has to be read, counted or locked before another is written. */
export type PlainCommit = Omit<Commit, 'newDeployments' | 'newRuns' | 'decisions'>;

/** All of it as part of one statement, for few rows. Returns who should look once it is written. */
export function writePlain(batch: Batch, commit: PlainCommit, context: WriteContext): Topic[] {
  for (const patch of inOrder(commit.deployments)) patchDeployment(batch, patch);
  for (const hold of commit.holds ?? []) placeHold(batch, hold);
  writeNotifications(batch, commit.notifications ?? [], context.notifiers);
  writeEvents(batch, commit.events ?? []);
  return topicsOf(commit, context);
}

/** By id, so that two commits that meet lock in the same order. */
function inOrder(patches: readonly DeploymentPatch[] = []): DeploymentPatch[] {
  return patches.toSorted((a, b) => a.id.localeCompare(b.id));
}

async function one(sql: Sql, write: (batch: Batch) => void): Promise<void> {
  const batch = createBatch();
  write(batch);
  await batch.send(sql);
}

function topicsOf({ notifications, events }: PlainCommit, { notifiers }: WriteContext): Topic[] {
  const topics: Topic[] = [];
  if (notifications?.length && notifiers.length > 0) topics.push('outbox');
  if (events?.length) topics.push('events');
  return topics;
}

import type { Commit, DeploymentPatch } from '@lastgood/domain';
import type { Sql } from '../connection/pool.ts';
import type { Topic } from '../connection/store-context.ts';
import { type Batch, createBatch } from './batch.ts';
import { servedNotifications } from './served.ts';
import { lockServices, standAgain } from './stand-again.ts';
import { supersededEvents, supersededNotifications } from './supersede.ts';
import { insertDecisions, placeHold, writeEvents } from './write-audit.ts';
import { insertDeployments, patchDeployment } from './write-deployments.ts';
import { topicsOf, type WriteContext } from './write-independent-parts.ts';
import { writeNotifications } from './write-notifications.ts';
import { insertRuns } from './write-runs.ts';

/** What a commit did, and who outside the transaction should look. */
export interface Written {
  lostRuns: string[];
  topics: Topic[];
}

/**
 * Writes a commit inside a transaction. All who write so lock in one order: services, new deployments and the older ones they
 * end, runs, patched deployments, the rest. Events and notifications about a run that lost against an active one, or a
 * deployment that was registered before, are not written: they did not come true now.
 */
export async function writeCommit(sql: Sql, commit: Commit, context: WriteContext): Promise<Written> {
  const neverCame = commit.neverCame ?? [];
  if (neverCame.length > 0) await lockServices(sql, neverCame);
  const added = await insertDeployments(sql, commit.newDeployments ?? []);
  const lostRuns = await insertRuns(sql, commit.newRuns ?? [], context.now);
  for (const patch of inOrder(commit.deployments)) await alone(sql, (batch) => patchDeployment(batch, patch));
  const again: Awaited<ReturnType<typeof standAgain>>[] = [];
  for (const one of neverCame) again.push(await standAgain(sql, one));
  await insertDecisions(sql, commit.decisions ?? []);
  for (const hold of commit.holds ?? []) await alone(sql, (batch) => placeHold(batch, hold));
  const known = (commit.newDeployments ?? []).filter((row) => !added.some((one) => one.row.id === row.id));
  const untrue = new Set([...lostRuns, ...known.map((row) => row.id)]);
  const cameTrue = (about: { runId: string | null; deploymentId: string | null }) =>
    !untrue.has(about.runId ?? '') && !(untrue.has(about.deploymentId ?? '') && about.runId === null);
  const events = [
    ...(commit.events ?? []).filter(cameTrue),
    ...added.flatMap(supersededEvents),
    ...again.flatMap((one) => one.events),
  ];
  // That it is over comes first: what is told of its failure begins anew.
  const notifications = [
    ...again.flatMap((one) => one.notifications),
    ...(commit.notifications ?? []).filter(cameTrue),
    ...added.flatMap(supersededNotifications),
  ];
  for (const one of commit.served ?? []) notifications.push(...(await servedNotifications(sql, one)));
  await alone(sql, (batch) => {
    writeNotifications(batch, notifications, context.route, context.now);
    writeEvents(batch, events);
  });
  const topics = topicsOf({ notifications, events }, context);
  return { lostRuns, topics: (commit.newRuns?.length ?? 0) > lostRuns.length ? ['runs', ...topics] : topics };
}

/** By id, so that two commits that meet lock in the same order. */
function inOrder(patches: readonly DeploymentPatch[] = []): DeploymentPatch[] {
  return patches.toSorted((a, b) => a.id.localeCompare(b.id));
}

async function alone(sql: Sql, write: (batch: Batch) => void): Promise<void> {
  const batch = createBatch();
  write(batch);
  await batch.send(sql);
}

import {
  askingKinds,
  type Commit,
  type Deployment,
  type NeverCame,
  type NewDeployment,
  type NewEvent,
  type Notification,
  type Route,
  type Run,
  reopened,
  type ServedRelease,
  standsAgain,
  standsAgainEvent,
  supersededEvent,
  toldOfNeverCame,
  toldOfReplaced,
  toldOfServed,
} from '@lastgood/domain';
import { deploymentsOf, isNewestOf, isOfChunk, type RunRow, type StoreWorld } from './world.ts';
import { insertNotifications } from './write-notifications.ts';

export interface WriteContext {
  /** The database's clock. */
  now: number;
  /** The caller's clock, against which instants in the commit were chosen. */
  callerNow: number;
  /** Where notifications go. */
  route: Route;
  chunkSize: number;
  /** The active run of a service: the unique index of the real table. */
  activeRunOf: (world: StoreWorld, service: string) => RunRow | null;
}

/** Writes a commit: all of it, in one instant. Returns the runs that lost against an active one. */
export function writeCommit(
  world: StoreWorld,
  commit: Commit,
  context: WriteContext,
): { lostRuns: string[] } {
  const added = (commit.newDeployments ?? []).flatMap((row) => insertDeployment(world, row, context) ?? []);
  const lostRuns = (commit.newRuns ?? [])
    .filter((run) => !insertRun(world, run, context))
    .map((run) => run.id);
  const superseded = added.flatMap((deployment) => supersedeOlder(world, deployment));
  for (const patch of commit.deployments ?? []) patchDeployment(world, patch);
  // What stands beside its breach is for what is told of it now, and kept nowhere.
  for (const { beside: _beside, ...decision } of commit.decisions ?? []) {
    const known = world.decisions.some(
      (one) => one.deploymentId === decision.deploymentId && one.slot === decision.slot,
    );
    if (!known) world.decisions.push(decision);
  }
  for (const hold of commit.holds ?? []) if (!world.holds.has(hold.id)) world.holds.set(hold.id, hold);
  const known = (commit.newDeployments ?? []).filter((row) => !added.some((one) => one.id === row.id));
  const untrue = new Set([...lostRuns, ...known.map((row) => row.id)]);
  const cameTrue = (about: { runId: string | null; deploymentId: string | null }) =>
    !untrue.has(about.runId ?? '') && !(untrue.has(about.deploymentId ?? '') && about.runId === null);
  const again = (commit.neverCame ?? []).map((one) => standAgain(world, one));
  const told = superseded.flatMap(({ notifications }) => notifications);
  const over = (commit.served ?? []).flatMap((one) => servedNotifications(world, one));
  const first = again.flatMap(({ notifications }) => notifications);
  insertNotifications(
    world,
    [...first, ...(commit.notifications ?? []).filter(cameTrue), ...told, ...over],
    context,
  );
  const ended = [...superseded, ...again].flatMap(({ events }) => events);
  insertEvents(world, [...(commit.events ?? []).filter(cameTrue), ...ended]);
  return { lostRuns };
}

export function insertEvents(world: StoreWorld, events: readonly NewEvent[]): void {
  for (const event of events) world.events.push({ ...event, id: world.events.length + 1 });
}

/** Null when it is there already, by id or by the caller's key. */
function insertDeployment(world: StoreWorld, row: NewDeployment, context: WriteContext): Deployment | null {
  if (!world.services.has(row.service)) throw new Error(`service ${row.service} is not declared`);
  const siblings = deploymentsOf(world, row.service);
  const known =
    world.deployments.has(row.id) ||
    (row.idempotencyKey !== null && siblings.some((one) => one.idempotencyKey === row.idempotencyKey));
  if (known) return null;
  const deployment: Deployment = { ...row, release: (siblings.at(-1)?.release ?? 0) + 1 };
  const before = siblings.at(-1);
  const own = before && world.deployments.get(before.id)?.chunk;
  const chunk = own ?? freeChunk(world, row.service, context.chunkSize);
  world.deployments.set(row.id, { deployment, chunk });
  return deployment;
}

/** The first with room in which nothing of another cluster is watched or stands. A service keeps its chunk. */
function freeChunk(world: StoreWorld, service: string, size: number): number {
  const clusterOf = (key: string) => world.services.get(key)?.cluster;
  const watched = [...world.deployments.values()].filter((row) => isOfChunk(world, row));
  for (let chunk = 0; ; chunk += 1) {
    const inChunk = watched.filter((row) => row.chunk === chunk);
    const isAlien = inChunk.some(({ deployment }) => clusterOf(deployment.service) !== clusterOf(service));
    if (!isAlien && inChunk.length < size) return chunk;
  }
}

/** A newer deployment ends the watch of the older ones; the one that a rollback takes back is not called superseded. */
function supersedeOlder(
  world: StoreWorld,
  added: Deployment,
): { events: NewEvent[]; notifications: Notification[] } {
  if (added.watchClosedAt !== null) return { events: [], notifications: [] };
  const takenBack = added.origin === 'rollback' ? added.previousDeploymentId : null;
  const older = deploymentsOf(world, added.service).filter(
    ({ release, supersededBy, watchClosedAt, status }) =>
      release < added.release &&
      supersededBy === null &&
      (watchClosedAt === null || status === 'in_progress'),
  );
  for (const one of older) {
    patchDeployment(world, {
      id: one.id,
      watchClosedAt: added.startedAt,
      supersededBy: one.id === takenBack ? null : added.id,
      proof: one.proof === 'pending' ? 'unproven' : one.proof,
    });
  }
  const isReplaced = ({ id }: Deployment) => id !== takenBack;
  const closed = older.filter(isReplaced);
  const service = world.services.get(added.service);
  return {
    events: closed.map((one) => supersededEvent(one, added)),
    notifications: service ? toldOfReplaced(closed, added, service) : [],
  };
}

/** Where it was the newest, what is there in place of it is that again. */
function standAgain(
  world: StoreWorld,
  never: NeverCame,
): { events: NewEvent[]; notifications: Notification[] } {
  const row = world.deployments.get(never.release.id);
  const older = deploymentsOf(world, never.release.service)
    .filter(({ release }) => release < (row?.deployment.release ?? 0))
    .reverse();
  const stands = standsAgain(older);
  if (!row || !stands || !isNewestOf(world, row.deployment)) return { events: [], notifications: [] };
  const passed = deploymentsOf(world, stands.service)
    .filter(({ release }) => release > stands.release)
    .map(({ id }) => id);
  for (const [id, one] of world.deployments) {
    if (passed.includes(id)) world.deployments.set(id, { ...one, neverCame: true });
    else if (passed.includes(one.deployment.supersededBy ?? ''))
      world.deployments.set(id, { ...one, deployment: { ...one.deployment, supersededBy: null } });
  }
  const before = world.deployments.get(stands.id);
  if (before) world.deployments.set(stands.id, { ...before, deployment: { ...stands, ...reopened(stands) } });
  return { events: [standsAgainEvent(stands, never)], notifications: [toldOfNeverCame(stands, never)] };
}

/** Of each release before it that a person was asked for. */
function servedNotifications(world: StoreWorld, served: ServedRelease): Notification[] {
  const { release, butFor } = served;
  const number = world.deployments.get(release.id)?.deployment.release ?? 0;
  const asked = world.outbox.flatMap(({ notification: { kind, deploymentId } }) =>
    (askingKinds as readonly string[]).includes(kind) ? [deploymentId] : [],
  );
  const older = deploymentsOf(world, release.service).filter(
    (one) => one.release < number && asked.includes(one.id) && !butFor.includes(one.id),
  );
  return toldOfServed(older, served);
}

function patchDeployment(world: StoreWorld, patch: { id: string } & Partial<Deployment>): void {
  const row = world.deployments.get(patch.id);
  if (!row) return;
  // A watch is closed once: who closed it first, and when, stays.
  const watchClosedAt = row.deployment.watchClosedAt ?? patch.watchClosedAt ?? null;
  const { looks } = row.deployment;
  // A look that arrives late says nothing about what was seen since.
  const isLate = looks.lastAt !== null && (patch.looks?.lastAt ?? 0) < looks.lastAt;
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  world.deployments.set(patch.id, {
    ...row,
    deployment: {
      ...row.deployment,
      ...given,
      watchClosedAt,
      looks: isLate ? looks : (patch.looks ?? looks),
    },
  });
}

/** False when another run of the service is active. */
function insertRun(world: StoreWorld, run: Run, { now, callerNow, activeRunOf }: WriteContext): boolean {
  if (world.runs.has(run.id)) return true;
  const services = run.members?.map((member) => member.service) ?? [run.service];
  if (services.some((service) => activeRunOf(world, service))) return false;
  const wakeAt = now + Math.max(0, run.startsAt - callerNow);
  world.runs.set(run.id, {
    run,
    steps: [],
    checks: [],
    wakeAt,
    notBefore: wakeAt,
    holder: null,
    leaseUntil: null,
    epoch: 0,
    leasedAt: null,
    stopAskedAt: null,
    seenAt: 0,
  });
  return true;
}

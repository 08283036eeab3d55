import {
  type IncidentDeployment,
  type IncidentFacts,
  type IncidentRun,
  incidentMarginMs,
  incidentReachMs,
  nearServices,
  type StoredEvent,
  troubleOf,
} from '@lastgood/domain';
import { instant } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { readUntil } from '../deployment/taken-back.ts';
import { type StoredEventRow, toEventRow } from '../rows/event-row.ts';
import { toMembers, toRun, toStep } from '../rows/run-row.ts';
import { withProgress } from '../run/load-run.ts';
import type { IncidentRow } from './view-rows.ts';

/** Services looked at around the one asked about. */
const mostServices = 100;
/** Deployments looked at of each service: the newest that began in time. */
const mostDeployments = 5;
/** Rollbacks of rollbacks that are followed. */
const longestChain = 20;
const mostIncidentEvents = 2_000;

const columns = `id, service_key as "service", release, version, origin, started_at as "startedAt", completed_at as "completedAt",
  watch_closed_at as "watchClosedAt", previous_deployment_id as "previousDeploymentId", pipeline_url as "pipelineUrl", ${readUntil('deployments')} as "readUntil"`;

/**
 * What is known about a deployment and its surroundings; null where there is no such deployment. First its own trouble, which says
 * when to look; then what the services around it had then.
 */
export async function loadIncident(context: StoreContext, deploymentId: string): Promise<IncidentRow | null> {
  const { prisma, sql } = context;
  const chain = await loadChain(context, deploymentId);
  const [root] = chain;
  if (!root) return null;
  const own = chain.map(({ id }) => id);
  const [services, ownEvents, ownRuns] = await Promise.all([
    prisma.service.findMany({ select: { key: true, dependencies: true, name: true } }),
    sql<StoredEventRow>(
      'select * from events where deployment_id = any($1::text[]) order by id desc limit $2',
      [own, mostIncidentEvents],
    ),
    loadRuns(context, own),
  ]);
  const frame = { deploymentId, now: context.now(), services };
  const trouble = troubleOf({
    ...{ ...frame, deployments: chain, runs: ownRuns },
    events: ownEvents.rows.map(toEventRow),
  });
  const from = Math.min(root.startedAt, trouble?.from ?? root.startedAt) - incidentReachMs;
  const to = (trouble?.to ?? root.startedAt) + incidentMarginMs;
  const near = nearServices(services, await relatedBy(context, root, ownRuns), mostServices);
  const deployments = await loadDeployments(context, near, { from, to }, own);
  const [events, runs] = await Promise.all([
    loadEvents(context, near, { from, to }),
    loadRuns(
      context,
      deployments.map(({ id }) => id),
    ),
  ]);
  const facts: IncidentFacts = { ...frame, deployments, runs, events: events.slice(-mostIncidentEvents) };
  return {
    facts,
    names: new Map(services.map(({ key, name }) => [key, name])),
    isCut: events.length > mostIncidentEvents,
  };
}

/** The deployment, what its chain of rollbacks began with, and what followed, oldest first. */
async function loadChain({ sql }: StoreContext, id: string): Promise<IncidentDeployment[]> {
  const found = await sql<IncidentDeployment>(
    `with recursive up as (
       select *, 1 as depth from deployments where id = $1
       union all
       select d.*, up.depth + 1 from deployments d join up
         on d.id = up.previous_deployment_id and up.origin = 'rollback' and up.depth < $2),
     root as (select * from up order by depth desc limit 1)
     select ${columns} from deployments
     where service_key = (select service_key from root) and release >= (select release from root)
       and (id = (select id from root) or origin = 'rollback')
     order by release limit $2`,
    [id, longestChain],
  );
  return found.rows;
}

/** The service itself, who goes back with it, and whom the same pipeline brought about the same time. */
async function relatedBy(
  { sql }: StoreContext,
  root: IncidentDeployment,
  runs: readonly IncidentRun[],
): Promise<string[]> {
  const members = runs.flatMap(({ run }) => run.members?.map(({ service }) => service) ?? []);
  if (root.pipelineUrl === null) return [root.service, ...members];
  const found = await sql<{ service: string }>(
    `select distinct service_key as service from deployments
     where started_at between $1 and $2 and pipeline_url = $3 limit $4`,
    [
      ...[instant(root.startedAt - incidentReachMs), instant(root.startedAt + incidentReachMs)],
      ...[root.pipelineUrl, mostServices],
    ],
  );
  return [root.service, ...members, ...found.rows.map(({ service }) => service)];
}

interface Axis {
  from: number;
  to: number;
}

/** Of each service those that were brought out, watched or read then, and those asked about. */
async function loadDeployments(
  { sql }: StoreContext,
  services: readonly string[],
  { from, to }: Axis,
  own: readonly string[],
): Promise<IncidentDeployment[]> {
  const found = await sql<IncidentDeployment>(
    `select d.* from unnest($1::text[]) as s(key), lateral (
       select ${columns} from deployments where service_key = s.key and started_at <= $3
         order by release desc limit $4) d
     where d."startedAt" >= $2 or d."watchClosedAt" is null or d."watchClosedAt" >= $2
       or d."readUntil" is null or d."readUntil" >= $2
     union
     select ${columns} from deployments where id = any($5::text[])`,
    [services, instant(from), instant(to), mostDeployments, own],
  );
  return found.rows;
}

/** Oldest first; one more than is shown, so that it can be said that there are more. */
async function loadEvents(
  { sql }: StoreContext,
  services: readonly string[],
  { from, to }: Axis,
): Promise<StoredEvent[]> {
  const found = await sql<StoredEventRow>(
    // Materialized: else the order leads the planner to read the log backwards from its end.
    `with found as materialized (
       select * from events where service_key = any($1::text[]) and at between $2 and $3)
     select * from found order by id desc limit $4`,
    [services, instant(from), instant(to), mostIncidentEvents + 1],
  );
  return found.rows.map(toEventRow).reverse();
}

/** The runs that took any of these deployments back. */
async function loadRuns({ prisma }: StoreContext, deployments: readonly string[]): Promise<IncidentRun[]> {
  const rows = await prisma.run.findMany({
    where: { members: { some: { deploymentId: { in: [...deployments] } } } },
    include: { steps: withProgress.steps, members: withProgress.members },
    orderBy: { createdAt: 'desc' },
    take: 200,
  });
  return rows.map((row) => ({
    run: { ...toRun(row), ...toMembers(row.members) },
    steps: row.steps.map(toStep),
  }));
}

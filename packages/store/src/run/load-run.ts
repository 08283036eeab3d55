import type { ClaimedRun, Deployment, Run } from '@lastgood/domain';
import type { Sql } from '../connection/pool.ts';
import type { Prisma } from '../connection/prisma.ts';
import type {
  DeploymentChange as ChangeRow,
  CheckState as CheckRow,
  Deployment as DeploymentRow,
  RunMember as MemberRow,
  Run as RunRow,
  Service as ServiceRow,
  RunStep as StepRow,
} from '../generated/client.ts';
import { toDeployment } from '../rows/deployment-row.ts';
import { fromJsonRow, type Instants } from '../rows/json-row.ts';
import { toCheck, toMembers, toRun, toStep } from '../rows/run-row.ts';
import { toService } from '../rows/service-row.ts';

/** A run's steps and checks in their order. */
export const withProgress = {
  steps: { orderBy: { ordinal: 'asc' as const } },
  checks: { orderBy: [{ lane: 'asc' as const }, { ordinal: 'asc' as const }] },
  members: { orderBy: { lane: 'asc' as const } },
};

export async function loadRun(prisma: Prisma, id: string): Promise<Run | null> {
  const row = await prisma.run.findUnique({ where: { id } });
  return row && toRun(row);
}

/** The active run of any of these services, as their own or as a member of a group. */
export async function loadActiveRun(prisma: Prisma, services: readonly string[]): Promise<Run | null> {
  const row = await prisma.run.findFirst({
    where: {
      status: { in: ['queued', 'running'] },
      members: { some: { serviceKey: { in: [...services] }, status: { in: ['queued', 'running'] } } },
    },
  });
  return row && toRun(row);
}

/**
 * A claimed run with all that surrounds it, in one answer. A statement of its own: the one that claimed may have waited, and
 * still sees what stood beside the run before.
 */
export async function loadClaimed(
  sql: Sql,
  id: string,
): Promise<Omit<ClaimedRun, 'lease' | 'takenOverFrom' | 'unattendedMs'>> {
  const loaded = await sql(surroundings, [id], 'prepared');
  const { run, steps, checks, members, services, deployments } = loaded.rows[0] as Surroundings;
  const rows = members.map((member) => fromJsonRow<MemberRow>(member, memberInstants));
  const surrounded = rows.map((member) => ({
    service: toService(fromJsonRow<ServiceRow>(one(services, 'key', member.serviceKey), serviceInstants)),
    deployment: toStored(one(deployments, 'id', member.deploymentId)),
    target: toStored(one(deployments, 'id', member.targetDeploymentId)),
  }));
  const asked = surrounded.find(({ deployment }) => deployment.id === run.deployment_id);
  if (!asked) throw new Error(`run ${id} is no member of itself`);
  return {
    run: { ...toRun(fromJsonRow<RunRow>(run, runInstants)), ...toMembers(rows) },
    steps: steps.map((step) => toStep(fromJsonRow<StepRow>(step, stepInstants))),
    checks: checks.map((check) => toCheck(fromJsonRow<CheckRow>(check, checkInstants))),
    ...asked,
    ...(surrounded.length > 1 ? { members: surrounded } : {}),
  };
}

type Json = Record<string, unknown>;

/** Rows of each table as `to_jsonb` writes them; a deployment has its changes. */
type Surroundings = { run: Json } & Record<
  'steps' | 'checks' | 'members' | 'services' | 'deployments',
  Json[]
>;

const list = (row: string) => `select coalesce(jsonb_agg(${row}), '[]')`;
const surroundings = `
  with member as (select * from run_members where run_id = $1)
  select to_jsonb(r) as run,
    (${list('to_jsonb(s) order by s.ordinal')} from run_steps s where s.run_id = r.id) as steps,
    (${list('to_jsonb(c) order by c.lane, c.ordinal')} from check_states c where c.run_id = r.id) as checks,
    (${list('to_jsonb(m) order by m.lane')} from member m) as members,
    (${list('to_jsonb(s)')} from services s where s.key in (select service_key from member)) as services,
    (${list("to_jsonb(d) || jsonb_build_object('changes', changed.list)")}
     from deployments d,
       lateral (${list('to_jsonb(c) order by c.ordinal')} as list
         from deployment_changes c where c.deployment_id = d.id) changed
     where d.id in (select unnest(array[deployment_id, target_deployment_id]) from member)) as deployments
  from runs r where r.id = $1`;

function one(rows: readonly Json[], column: string, value: string): Json {
  const found = rows.find((row) => row[column] === value);
  if (!found) throw new Error(`a run names ${value}, which is not stored`);
  return found;
}

function toStored(row: Json): Deployment {
  const { changes, ...deployment } = row as Json & { changes: Json[] };
  return toDeployment({
    ...fromJsonRow<DeploymentRow>(deployment, deploymentInstants),
    changes: changes.map((change) => fromJsonRow<ChangeRow>(change, {})),
  });
}

const runInstants: Instants<RunRow> = {
  ...{ createdAt: true, startsAt: true, startedAt: true, finishedAt: true, notBefore: true, wakeAt: true },
  ...{ leaseUntil: true, leasedAt: true, stopAskedAt: true, workerSince: true, seenAt: true },
};
const stepInstants: Instants<StepRow> = { startedAt: true, finishedAt: true, dueAt: true };
const checkInstants: Instants<CheckRow> = {
  ...{ startedAt: true, lastAttemptAt: true, nextAttemptAt: true, deadlineAt: true },
};
const memberInstants: Instants<MemberRow> = { startedAt: true, finishedAt: true };
const serviceInstants: Instants<ServiceRow> = { createdAt: true, updatedAt: true };
const deploymentInstants: Instants<DeploymentRow> = {
  ...{ startedAt: true, completedAt: true, watchEndsAt: true, watchClosedAt: true, rolledBackAt: true },
};

import {
  type ClaimedRun,
  type Deployment,
  type Run,
  type RunStep,
  rollbackDeploymentId,
} from '@lastgood/domain';
import { onlyRow, type Sql } from '../connection/pool.ts';
import type { Prisma } from '../connection/prisma.ts';
import { rollbackId } from '../deployment/last-known-good.ts';
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

/** A run with its members and steps, as it stands inside a transaction. */
export async function loadProgress(sql: Sql, id: string): Promise<{ run: Run; steps: RunStep[] }> {
  return toProgress(onlyRow(await sql<Progress>(`select ${progress} from runs r where r.id = $1`, [id])));
}

/** The active run of any of these services, as their own or as a member of a group. */
export async function loadActiveRun(prisma: Prisma, services: readonly string[]): Promise<Run | null> {
  const row = await prisma.run.findFirst({
    where: {
      status: { in: ['queued', 'running'] },
      members: { some: { serviceKey: { in: [...services] }, status: { in: ['queued', 'running'] } } },
    },
    include: { members: withProgress.members },
  });
  return row && { ...toRun(row), ...toMembers(row.members) };
}

/**
 * A claimed run with all that surrounds it, in one answer. A statement of its own: the one that claimed may have waited, and
 * still sees what stood beside the run before.
 */
export async function loadClaimed(sql: Sql, id: string): Promise<Surroundings> {
  return onlyRow(await sql<Surroundings>(surroundings, [id], 'prepared'));
}

/** Throws where it cannot be read. */
export function toClaimed(
  { checks, services, deployments, recorded, ...progress }: Surroundings,
  id: string,
): Omit<ClaimedRun, 'lease' | 'takenOverFrom' | 'unattendedMs'> {
  const { run, steps, members } = toProgress(progress);
  const stored = (id: string) => toStoredDeployment(one(deployments, id, ({ row }) => row.id));
  const surrounded = members.map(({ lane, serviceKey, deploymentId, targetDeploymentId }) => ({
    service: toService(
      fromJsonRow<ServiceRow>(
        one(services, serviceKey, ({ key }) => key),
        serviceInstants,
      ),
    ),
    deployment: stored(deploymentId),
    target: stored(targetDeploymentId),
    isRecorded: recorded.includes(rollbackDeploymentId({ id, lane })),
  }));
  const asked = surrounded.find(({ deployment }) => deployment.id === run.deploymentId);
  if (!asked) throw new Error(`run ${id} is no member of itself`);
  return {
    run,
    steps,
    checks: checks.map((check) => toCheck(fromJsonRow<CheckRow>(check, checkInstants))),
    ...asked,
    members: surrounded.length > 1 ? surrounded : undefined,
  };
}

type Json = Record<string, unknown>;

/** Rows of each table as `to_json` writes them. */
interface Progress extends Record<'steps' | 'members', Json[]> {
  run: Json;
}
interface Surroundings extends Progress, Record<'checks' | 'services', Json[]> {
  /** Ids of the deployments that the rollbacks themselves are. */
  recorded: string[];
  deployments: StoredDeployment[];
}

/** A deployment with its changes as `deploymentAsJson` writes them. */
export interface StoredDeployment {
  row: Json;
  changes: Json[];
}

const list = (row: string) => `select coalesce(json_agg(${row}), '[]')`;
const progress = `to_json(r) as run,
    (${list('s order by s.ordinal')} from run_steps s where s.run_id = $1) as steps,
    (${list('m order by m.lane')} from run_members m where m.run_id = $1) as members`;
/** As SQL over a row of deployments known by `alias`. */
export const deploymentAsJson = (alias: string) => `json_build_object('row', to_json(${alias}), 'changes',
      (${list('c order by c.ordinal')} from deployment_changes c where c.deployment_id = ${alias}.id))`;
const surroundings = `
  with member as materialized (select * from run_members where run_id = $1)
  select ${progress},
    (${list('c order by c.lane, c.ordinal')} from check_states c where c.run_id = $1) as checks,
    (${list('d.id')} from deployments d
      where d.id = any (array(select ${rollbackId('m')} from member m))) as recorded,
    (${list('s')} from services s where s.key = any (array(select service_key from member))) as services,
    (${list(deploymentAsJson('d'))} from deployments d
     where d.id = any (array(
       select unnest(array[deployment_id, target_deployment_id]) from member))) as deployments
  from runs r where r.id = $1`;

function toProgress({ run, steps, members }: Progress) {
  const rows = members.map((member) => fromJsonRow<MemberRow>(member, memberInstants));
  return {
    run: { ...toRun(fromJsonRow<RunRow>(run, runInstants)), ...toMembers(rows) },
    steps: steps.map((step) => toStep(fromJsonRow<StepRow>(step, stepInstants))),
    members: rows,
  };
}

function one<T>(rows: readonly T[], id: string, idOf: (row: T) => unknown): T {
  const found = rows.find((row) => idOf(row) === id);
  if (!found) throw new Error(`a run names ${id}, which is not stored`);
  return found;
}

export function toStoredDeployment({ row, changes }: StoredDeployment): Deployment {
  return toDeployment({
    ...fromJsonRow<DeploymentRow>(row, deploymentInstants),
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
const serviceInstants: Instants<ServiceRow> = {
  ...{ createdAt: true, updatedAt: true, deletedAt: true, drillsSince: true },
};
const deploymentInstants: Instants<DeploymentRow> = {
  ...{ startedAt: true, completedAt: true, watchEndsAt: true, watchClosedAt: true, rolledBackAt: true },
  ...{ reportedCompleteAt: true, lastLookAt: true },
};

import type { PutBack } from '@lastgood/domain';
import type { StoreContext } from '../connection/store-context.ts';
import type {
  RunMember as StoredMember,
  Run as StoredRun,
  RunStep as StoredStep,
} from '../generated/client.ts';
import { toDeployment, withChanges } from '../rows/deployment-row.ts';
import { ms } from '../rows/instants.ts';
import { toCheck, toMembers, toRun, toStep } from '../rows/run-row.ts';
import { toService } from '../rows/service-row.ts';
import { toDecision, withoutBasis } from '../rows/trigger-row.ts';
import { withProgress } from '../run/load-run.ts';
import { overtakenBy } from '../run/overtaken.ts';
import { loadEffectiveTriggers } from '../trigger/effective-triggers.ts';
import { given } from './given.ts';
import { afterMark, loadTimeline, within } from './history.ts';
import { loadReleases } from './release-rows.ts';
import { isNarrowed, servicesMeant } from './services-meant.ts';
import type { RunDetailRow, RunRow, Views } from './view-rows.ts';

const inBrief = { steps: withProgress.steps, members: withProgress.members };

/** Runs and their members with the releases they go from and to. */
export async function toRunRows(
  context: StoreContext,
  rows: readonly (StoredRun & { steps: StoredStep[]; members: StoredMember[] })[],
): Promise<RunRow[]> {
  const releases = await loadReleases(
    context.sql,
    rows.flatMap((row) => [row, ...row.members].flatMap((one) => [one.deploymentId, one.targetDeploymentId])),
  );
  const ends = (one: { deploymentId: string; targetDeploymentId: string }) => {
    const [from, target] = [releases.get(one.deploymentId), releases.get(one.targetDeploymentId)];
    if (!from || !target) throw new Error(`a run names ${one.deploymentId}, which is not stored`);
    return { from, target };
  };
  return rows.map((row) => {
    const run = { ...toRun(row), ...toMembers(row.members) };
    return {
      run,
      ...ends(row),
      members: (run.members ?? []).map((member) => ({ member, ...ends(member) })),
      steps: row.steps.map(toStep),
      holder: holderOf(row),
    };
  });
}

export function runViews(context: StoreContext): Pick<Views, 'runs' | 'run' | 'runInBrief'> {
  const { prisma } = context;
  return {
    async runs({ service, deployment, status, after, limit, from, to, ...filter }) {
      const narrowed = isNarrowed(filter) ? { service: servicesMeant(filter) } : {};
      const member = { ...given({ serviceKey: service, deploymentId: deployment }), ...narrowed };
      const rows = await prisma.run.findMany({
        where: {
          ...given({ members: Object.keys(member).length > 0 ? { some: member } : undefined, status }),
          AND: [afterMark('createdAt', after), within('createdAt', { from, to })],
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        include: inBrief,
      });
      return toRunRows(context, rows);
    },
    async runInBrief(id) {
      const row = await prisma.run.findUnique({ where: { id }, include: inBrief });
      const [run] = row ? await toRunRows(context, [row]) : [];
      return run ?? null;
    },
    run: (id) => loadRunDetail(context, id),
  };
}

function holderOf({ status, worker, workerSince }: StoredRun): RunRow['holder'] {
  const isActive = status === 'queued' || status === 'running';
  return isActive && worker && workerSince ? { replica: worker, since: ms(workerSince) } : null;
}

/** By what a release says that came back, else by what the rollback itself says. */
const putBackOf = `
  select d.put_back from run_members m join deployments d on d.service_key = m.service_key
  where m.run_id = $1 and d.put_back is not null and d.started_at >= (select created_at from runs where id = $1)
    and (d.put_back ->> 'runId' = $1 or (d.put_back ->> 'kind' = 'nobody' and d.previous_deployment_id = m.deployment_id))
  order by d.put_back ->> 'kind', d.release desc limit 1`;

async function loadRunDetail(context: StoreContext, id: string): Promise<RunDetailRow | null> {
  const { prisma } = context;
  const row = await prisma.run.findUnique({ where: { id }, include: withProgress });
  if (!row) return null;
  const [[run], timeline, newer, taken, told] = await Promise.all([
    toRunRows(context, [row]),
    loadTimeline(context, { runId: id }),
    overtakenBy(context.sql, id),
    loadAbout(context, row.deploymentId),
    context.sql<{ put_back: PutBack }>(putBackOf, [id]),
  ]);
  if (!run || !taken) return null;
  const { requester } = run.run;
  const decision =
    requester.kind === 'automatic'
      ? await prisma.decision.findUnique({ where: { id: requester.decisionId }, omit: withoutBasis })
      : null;
  return {
    ...run,
    checks: row.checks.map(toCheck),
    decision: decision && toDecision(decision),
    about: {
      service: taken.service,
      deployment: taken.deployment,
      trigger: taken.triggerOf(decision?.trigger),
    },
    overtakenBy: newer,
    putBack: told.rows[0]?.put_back ?? null,
    timeline,
  };
}

/** The deployment taken back, its service, and the triggers that watch it. */
async function loadAbout({ prisma }: StoreContext, id: string) {
  const row = await prisma.deployment.findUnique({
    where: { id },
    include: { ...withChanges, service: true },
  });
  if (!row) return null;
  const service = toService(row.service);
  const triggersOf = await loadEffectiveTriggers(prisma, [row.service]);
  const triggerOf = (wanted: string | null | undefined) =>
    triggersOf(service).find(({ name }) => name === wanted) ?? null;
  return { service, deployment: toDeployment(row), triggerOf };
}

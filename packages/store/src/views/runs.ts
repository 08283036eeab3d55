import type { Run as StoredRun, RunStep as StoredStep } from '../generated/client.ts';
import { toCheck, toMembers, toRun, toStep } from '../rows/run-row.ts';
import { toDecision } from '../rows/trigger-row.ts';
import { withProgress } from '../run/load-run.ts';
import type { StoreContext } from '../store-context.ts';
import { afterMark, loadTimeline } from './history.ts';
import { loadReleases } from './release-rows.ts';
import type { RunDetailRow, RunRow, Views } from './view-rows.ts';

/** Runs with the releases they go from and to. */
export async function toRunRows(
  context: StoreContext,
  rows: readonly (StoredRun & { steps: StoredStep[] })[],
): Promise<RunRow[]> {
  const releases = await loadReleases(
    context.sql,
    rows.flatMap((row) => [row.deploymentId, row.targetDeploymentId]),
  );
  return rows.map((row) => {
    const [from, target] = [releases.get(row.deploymentId), releases.get(row.targetDeploymentId)];
    if (!from || !target) throw new Error(`run ${row.id} names a deployment that is not stored`);
    return { run: toRun(row), from, target, steps: row.steps.map(toStep), holder: holderOf(row) };
  });
}

export function runViews(context: StoreContext): Pick<Views, 'runs' | 'run'> {
  const { prisma } = context;
  return {
    async runs({ service, deployment, status, after, limit }) {
      const rows = await prisma.run.findMany({
        where: {
          ...(service ? { serviceKey: service } : {}),
          ...(deployment ? { deploymentId: deployment } : {}),
          ...(status ? { status } : {}),
          ...afterMark('createdAt', after),
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        include: { steps: withProgress.steps },
      });
      return toRunRows(context, rows);
    },
    run: (id) => loadRunDetail(context, id),
  };
}

function holderOf({ status, worker, workerSince }: StoredRun): RunRow['holder'] {
  const isActive = status === 'queued' || status === 'running';
  return isActive && worker && workerSince ? { replica: worker, since: workerSince.getTime() } : null;
}

async function loadRunDetail(context: StoreContext, id: string): Promise<RunDetailRow | null> {
  const { prisma } = context;
  const row = await prisma.run.findUnique({ where: { id }, include: withProgress });
  if (!row) return null;
  const [[run], timeline] = await Promise.all([
    toRunRows(context, [row]),
    loadTimeline(context, { runId: id }),
  ]);
  if (!run) return null;
  const { requester } = run.run;
  const decision =
    requester.kind === 'automatic'
      ? await prisma.decision.findUnique({ where: { id: requester.decisionId } })
      : null;
  return {
    ...run,
    run: { ...run.run, ...toMembers(row.members) },
    checks: row.checks.map(toCheck),
    decision: decision && toDecision(decision),
    timeline,
  };
}

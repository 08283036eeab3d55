import { acknowledgementInForce, isJudgedAsIs } from '@lastgood/domain';
import { onlyRow } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { readUntil } from '../deployment/taken-back.ts';
import { toAcknowledgement } from '../rows/acknowledgement-row.ts';
import { toDeployment, withChanges } from '../rows/deployment-row.ts';
import { ms } from '../rows/instants.ts';
import { toService } from '../rows/service-row.ts';
import { toDecision, withoutBasis } from '../rows/trigger-row.ts';
import { activeRunOf } from '../service/active-run.ts';
import { loadEffectiveTriggers, loadOverrides, withStates } from '../trigger/effective-triggers.ts';
import { loadTriggerStates } from '../trigger/trigger-states.ts';
import { isNewest } from '../write/newest.ts';
import { loadEvaluator } from './evaluator.ts';
import { loadTimeline } from './history.ts';
import { loadLastKnownGood, loadReleases } from './release-rows.ts';
import { loadHolds } from './services.ts';
import type { DeploymentDetailRow, DeploymentTriggersRow } from './view-rows.ts';

const hourMs = 3_600_000;

/** Everything the page of one deployment shows. */
export async function loadDeploymentDetail(
  context: StoreContext,
  id: string,
): Promise<DeploymentDetailRow | null> {
  const { prisma, sql } = context;
  const row = await prisma.deployment.findUnique({
    where: { id },
    include: { ...withChanges, service: true, triggerStates: true, acknowledgement: true },
  });
  if (!row) return null;
  const service = toService(row.service);
  const [triggersOf, overridesOf, statesOf, decision, goods, releases, runs, holds, evaluator, timeline] =
    await Promise.all([
      loadEffectiveTriggers(prisma, [row.service]),
      loadOverrides(prisma, [service]),
      loadTriggerStates(context, row.triggerStates),
      prisma.decision.findFirst({
        where: { deploymentId: id },
        orderBy: { slot: 'desc' },
        omit: withoutBasis,
      }),
      loadLastKnownGood(sql, [{ service: service.key, release: row.release }]),
      loadReleases(sql, [row.previousDeploymentId]),
      sql<{ active: string | null; last: string | null; read_until: number | null; newest: boolean }>(
        `select (select ${isNewest('d')} from deployments d where d.id = $2) as newest,
         ${activeRunOf('$1')} as active, (select ${readUntil('d')} from deployments d where d.id = $2) as read_until,
         (select r.id from run_members m join runs r on r.id = m.run_id where m.deployment_id = $2
           order by r.created_at desc limit 1) as last`,
        [service.key, id],
      ),
      loadHolds(prisma, service.key),
      loadEvaluator(sql, context.now() - hourMs),
      loadTimeline(context, { deploymentId: id }),
    ]);
  const { active, last, read_until, newest } = onlyRow(runs);
  const deployment = toDeployment(row);
  const triggers = withStates(triggersOf(service), statesOf(id), deployment);
  const said = newest && row.acknowledgement ? toAcknowledgement(row.acknowledgement) : null;
  return {
    deployment,
    service,
    triggers,
    overrides: overridesOf(service),
    acknowledgement: acknowledgementInForce(said, triggers, context.now()),
    isNewest: newest,
    readUntil: read_until,
    lastDecision: decision && isJudgedAsIs(deployment, ms(decision.slot)) ? toDecision(decision) : null,
    previous: releases.get(row.previousDeploymentId ?? '') ?? null,
    lastKnownGood: goods[0] ?? null,
    activeRunId: active,
    lastRunId: last,
    holds,
    evaluator,
    timeline,
  };
}

export async function loadDeploymentTriggers(
  context: StoreContext,
  id: string,
): Promise<DeploymentTriggersRow | null> {
  const row = await context.prisma.deployment.findUnique({
    where: { id },
    include: { service: true, triggerStates: true },
  });
  if (!row) return null;
  const { service } = row;
  const deployment = toDeployment({ ...row, changes: [] });
  const [triggersOf, statesOf, readTo] = await Promise.all([
    loadEffectiveTriggers(context.prisma, [service]),
    loadTriggerStates(context, row.triggerStates),
    context.sql<{ read_until: number | null }>(
      `select ${readUntil('d')} as read_until from deployments d where d.id = $1`,
      [id],
    ),
  ]);
  return {
    deployment: { startedAt: deployment.startedAt },
    readUntil: onlyRow(readTo).read_until,
    triggers: withStates(triggersOf(toService(service)), statesOf(id), deployment),
  };
}

import {
  AcceptingQuery,
  type Cascade,
  type CascadeMember,
  IncludingQuery,
  mayHoldSecrets,
  planChecks,
  RemovingQuery,
  setByPlan,
  unregisteredIn,
  withIncluded,
} from '@lastgood/domain';
import { Id } from '@lastgood/domain/bounds';
import { previewRollback } from '@lastgood/engine';
import { Type } from 'typebox';
import { refusedChecks } from '../../declaration/declare-check.ts';
import { notFound } from '../../problems/problem-error.ts';
import { iso } from '../../wire/instant.ts';
import { IdParams, strict } from '../../wire/named.ts';
import { toReleaseRef } from '../deployments/deployment-dto.ts';
import { defineEndpoint } from '../endpoint.ts';
import { evidenceOnScreen } from './evidence-on-screen.ts';
import { toPlanDto, toRefusalDto } from './plan-dto.ts';
import { toLossDto, toUnregisteredDto } from './plan-parts-dto.ts';
import type * as wire from './plan-schema.ts';
import { GroupChoice, PlanPreview } from './plan-schema.ts';

export const planPreview = defineEndpoint({
  operationId: 'planPreview',
  method: 'GET',
  url: '/deployments/:id/plan',
  lane: 'asking',
  tag: 'deployments',
  summary: 'What a rollback would do, step by step, or why it cannot',
  params: IdParams,
  querystring: strict({
    target: Type.Optional(Id({ description: 'Deployment id to return to; default: the last known good.' })),
    group: Type.Optional(GroupChoice),
    accepting: Type.Optional(AcceptingQuery),
    including: Type.Optional(IncludingQuery),
    removing: Type.Optional(RemovingQuery),
  }),
  answer: PlanPreview,
  async handle({ store, ports, probe, clock, settings }, { params: { id }, query }) {
    const shown = await store.views.deploymentTriggers(id);
    const found = await previewRollback(
      { deployments: store.deployments, ports, clock },
      {
        deploymentId: id,
        targetId: query.target ?? null,
        evidence: evidenceOnScreen(shown?.triggers ?? []),
        group: query.group ?? 'alone',
        accepting: query.accepting === undefined ? undefined : [query.accepting].flat(),
        including: query.including === undefined ? undefined : [query.including].flat(),
        removing: query.removing === undefined ? undefined : [query.removing].flat(),
        signal: AbortSignal.timeout(settings.clusterDeadlineMs),
      },
    );
    if (found.kind === 'not-found') throw notFound(`There is no ${found.what}.`);
    const at = iso(clock.now());
    const others = {
      followers: followersIn(found.cascade).map(toFollower),
      noGroup: refusedIn(found.cascade),
      unregistered: unregisteredIn(found.result).map(toUnregisteredDto),
    };
    if (found.result.kind === 'refused')
      return {
        ...{ at, plan: null, refusals: found.result.refusals.map(toRefusalDto) },
        ...{ losses: (found.result.losses ?? []).map(toLossDto), ...others },
      };
    const { plan } = found.result;
    const { service, target } = found;
    const deployment = withIncluded(found.deployment, plan.unregistered);
    if (!target) throw new Error(`a plan to ${plan.target.deploymentId} was made without a target`);
    const between = await store.deployments.between(service.key, target.release, deployment.release);
    const followers = followersIn(found.cascade);
    const checks = planChecks(plan, [service, ...followers.map((one) => one.service)]);
    const left = plan.lanes ? [] : followers.map(({ service: { name }, why }) => leftAlone(name, why));
    const warnings = [...left, ...plan.warnings, ...refusedChecks(checks, probe)];
    const set = setByPlan(plan);
    const byHand = set.some(({ to }) => mayHoldSecrets(to.template))
      ? []
      : set.map(({ workload, to }) => ports.rollout.byHand(workload, to.template));
    return {
      at,
      plan: toPlanDto(
        { ...plan, warnings },
        checks,
        { service, deployment, target, between },
        {
          byHand,
          left: plan.lanes ? [] : followers.map((one) => ({ what: one.service.name, why: `it ${one.why}` })),
        },
      ),
      refusals: [],
      losses: (plan.outcome?.lost ?? []).map(toLossDto),
      ...others,
    };
  },
});

/** Whoever would have to go back with the service that was asked for. */
function followersIn(cascade: Cascade | null): CascadeMember[] {
  return cascade?.kind === 'members' ? cascade.members.filter(({ reason }) => reason !== 'asked') : [];
}

function refusedIn(cascade: Cascade | null): wire.Refusal[] {
  return cascade?.kind === 'refused' ? cascade.refusals.map(toRefusalDto) : [];
}

function toFollower({ service, deployment, target, why }: CascadeMember): wire.Follower {
  return {
    ...{ service: service.key, serviceName: service.name, why: `it ${why}` },
    ...{ from: toReleaseRef(deployment), target: toReleaseRef(target) },
  };
}

function leftAlone(name: string, why: string): string {
  return `${name} stays as it is, and may fail: it ${why}. Roll both back together, or look after ${name} then.`;
}

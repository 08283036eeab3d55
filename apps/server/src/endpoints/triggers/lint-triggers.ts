import { ListOf, ServiceKeyText } from '@lastgood/domain/bounds';
import { Type } from 'typebox';
import { CheckInput } from '../../declaration/check-schema.ts';
import { reviewDeclared } from '../../declaration/review-declared.ts';
import { reviewOverrides } from '../../declaration/review-overrides.ts';
import { reviewUntold } from '../../declaration/review-untold.ts';
import { ServiceInput } from '../../declaration/service-input-schema.ts';
import { trialsFor } from '../../declaration/trials-for.ts';
import { TriggerInput } from '../../declaration/trigger-input-schema.ts';
import { iso } from '../../wire/instant.ts';
import { named, ref, strict } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { toFindingDto } from './finding-dto.ts';
import { LintResult } from './finding-schema.ts';

const { workloads, environment, triggerSets, triggerOverrides } = ServiceInput.properties;

const LintInput = named(
  'LintInput',
  strict({
    service: Type.Optional(
      ServiceKeyText({
        description:
          'cluster/namespace/name: with its names the queries are asked, whether it is declared or not. Default: with those of the services that are.',
      }),
    ),
    environment,
    workloads,
    triggers: ListOf(ref(TriggerInput), 50),
    checks: Type.Optional(ListOf(ref(CheckInput), 50)),
    triggerSets,
    triggerOverrides,
  }),
);

export const lintTriggers = defineEndpoint({
  operationId: 'lintTriggers',
  method: 'POST',
  url: '/triggers/lint',
  lane: 'asking',
  tag: 'triggers',
  summary:
    'What is wrong or doubtful with triggers and checks, each with its place and how to mend it; nothing is saved',
  body: LintInput,
  answer: LintResult,
  async handle(deps, { body }) {
    const trials = await trialsFor(deps, body);
    const at = deps.clock.now();
    const findings = [
      ...(await reviewDeclared(deps, { ...body, trials, at })),
      ...(await reviewUntold(deps, body.triggers, trials)),
      ...(body.triggerOverrides ? reviewOverrides(deps, body, await deps.store.triggerSets.list()) : []),
    ];
    const services = trials.map(({ service }) => service.key);
    return { at: iso(at), services, findings: findings.map(toFindingDto) };
  },
});

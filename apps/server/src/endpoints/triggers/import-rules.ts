import { Content } from '@lastgood/domain/bounds';
import { declareTrigger } from '@lastgood/domain/trigger/declared-trigger';
import { Type } from 'typebox';
import { refuse } from '../../declaration/declaration-faults.ts';
import { named, strict } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { RuleImport } from './import-schema.ts';

const RuleFile = named(
  'RuleFile',
  strict({
    file: Content({ description: 'A rule file of the metric source, as it is written.' }),
    serviceLabel: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$',
        description: 'A label that bears the name of a service: each query is narrowed to it.',
      }),
    ),
  }),
);

export const importRules = defineEndpoint({
  operationId: 'importRules',
  method: 'POST',
  url: '/triggers/import',
  lane: 'asking',
  tag: 'triggers',
  summary: 'What the alerts of a rule file become as triggers, and what does not translate; nothing is saved',
  body: RuleFile,
  answer: RuleImport,
  async handle({ metrics }, { body: { file, serviceLabel } }) {
    const { alerts, notes, problem } = await metrics.importRules(file, { serviceLabel });
    if (problem !== null) refuse([{ path: '/file', message: problem }]);
    return {
      notes,
      alerts: alerts.map((alert) => ({ ...alert, triggers: alert.triggers.map(declareTrigger) })),
    };
  },
});

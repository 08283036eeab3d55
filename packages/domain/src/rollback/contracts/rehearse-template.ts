import {
  hasTemplate,
  isTargetUnpinned,
  type TemplateSeen,
  type TemplateTarget,
  templateInWords,
  templateRefusal,
} from './set-template.ts';
import { requestLimits, type StepContract } from './step-contract.ts';

/** Asks the API server to accept the template, storing nothing: refuses what setting the template would refuse, before anything was changed. */
export const rehearseTemplate: StepContract<'rehearse-template', TemplateTarget, TemplateSeen> = {
  kind: 'rehearse-template',
  isDone: (step, seen) => hasTemplate(step, seen) || isTargetUnpinned(step, seen),
  refusal: templateRefusal,
  waitsFor: () => null,
  inWords: templateInWords,
  storesNothing: true,
  limits: requestLimits,
  lookAgainMs: 1_000,
  leavesBehind: ({ workload: { kind, name } }) => `${kind} ${name} was not changed.`,
  usualMs: 1_000,
  looksOnly: {
    whenSkipped:
      'The change is sent without having been rehearsed; if the cluster refuses it, it stops there.',
  },
};

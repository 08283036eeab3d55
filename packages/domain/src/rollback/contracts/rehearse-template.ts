import { hasTemplate, type TemplateSeen, templateInWords, templateRefusal } from './set-template.ts';
import { requestLimits, type StepContract } from './step-contract.ts';

/** Refuses what setting the template would refuse, before anything was changed. */
export const rehearseTemplate: StepContract<'rehearse-template', TemplateSeen> = {
  isDone: hasTemplate,
  refusal: templateRefusal,
  waitsFor: () => null,
  inWords: templateInWords,
  storesNothing: true,
  limits: requestLimits,
  lookAgainMs: 1_000,
  leavesBehind: ({ workload: { kind, name } }) => `${kind} ${name} was not changed.`,
};

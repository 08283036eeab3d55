import { setWeight, type WeightTarget } from '../../contracts/set-weight.ts';
import type { SelectorTarget } from '../../contracts/switch-selector.ts';
import type { AnsweredFact, NeedKind } from '../../need.ts';
import { isSameObject, isSameRule } from '../traffic-change.ts';
import { trafficObjectName } from '../traffic-object.ts';
import type { RollbackContext, WayStep } from '../way.ts';

type Facts = readonly AnsweredFact<NeedKind>[];

/** Of traffic that goes back at once although stages are declared: why. Nothing of what is in place already. */
export function unstagedWarnings(
  { step }: WayStep,
  { service }: Pick<RollbackContext, 'service'>,
  facts: Facts,
): string[] {
  if ('minReady' in step)
    return isSwitched(step, facts) ? [] : [selectorInWords(trafficObjectName(step.service, service))];
  if (!('weights' in step) || !leadsToSeveral(step.weights) || isSplit(step, facts)) return [];
  return [splitInWords(trafficObjectName(step.route, service, step.rule))];
}

export function selectorInWords(name: string): string {
  return `${name} cannot be split in shares, because its selector leads all of it: its traffic goes back at once, not in stages. Declare a route between the slots to have stages.`;
}

export function splitInWords(name: string): string {
  return `${name} goes back to shares of more than one copy, as they were recorded: all of it goes at once, not in stages.`;
}

export function leadsToSeveral(weights: WeightTarget['weights']): boolean {
  return Object.values(weights).filter((weight) => weight > 0).length > 1;
}

function isSwitched(step: SelectorTarget, facts: Facts): boolean {
  return facts.some(
    ({ kind, ask, answer }) =>
      kind === 'selector' &&
      isSameObject(ask.service, step.service) &&
      answer.kind === 'seen' &&
      answer.seen.value === step.to,
  );
}

function isSplit(step: WeightTarget, facts: Facts): boolean {
  return facts.some(
    ({ kind, ask, answer }) =>
      kind === 'route' &&
      isSameRule(ask, step) &&
      answer.kind === 'seen' &&
      setWeight.isDone(step, { ...answer.seen, accepted: true }),
  );
}

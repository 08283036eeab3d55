import { type MetricSource, type RollbackTrigger, triggerKind } from '@lastgood/domain';
import type { EffectiveTriggerView } from './declared-trigger-schema.ts';
import { toDeclaredTriggerView } from './declared-trigger-view.ts';

export type Batches = Pick<MetricSource, 'whyAskedAlone'>;

/** A trigger in words, with how its queries are asked: one for many services, or each service by itself and why. */
export function toEffectiveTriggerView(trigger: RollbackTrigger, metrics: Batches): EffectiveTriggerView {
  const kind = triggerKind(trigger);
  const reasons = kind
    .queries(trigger)
    .map(({ template, range }) => metrics.whyAskedAlone(template, range ? 'range' : 'instant'));
  const alone = reasons.find((reason) => reason !== null) ?? null;
  const { minSamples } = trigger;
  const companion = minSamples && {
    query: 'companion' as const,
    alone: metrics.whyAskedAlone(minSamples.query),
  };
  return {
    ...toDeclaredTriggerView(trigger),
    // What asks no metric source costs it nothing.
    asking: [
      ...(reasons.length > 0 ? [{ query: 'own' as const, alone }] : []),
      ...(companion ? [companion] : []),
    ],
  };
}

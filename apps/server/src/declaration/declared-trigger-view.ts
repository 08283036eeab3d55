import {
  firesInWords,
  type MetricSource,
  plainKind,
  type RollbackTrigger,
  triggerKind,
} from '@lastgood/domain';
import type { DeclaredTriggerView } from './declared-trigger-schema.ts';

export function toDeclaredTriggerView(trigger: RollbackTrigger): Omit<DeclaredTriggerView, 'askedAlone'> {
  const { name, kind = plainKind, description, severity, shadow } = trigger;
  const queries = triggerKind(trigger)
    .queries(trigger)
    .map(({ title, declared }) => ({ title, query: declared }));
  return { name, kind, description, severity, shadow, fires: firesInWords(trigger), queries };
}

/** The same, and how its queries are asked. */
export function toEffectiveTrigger(
  trigger: RollbackTrigger,
  metrics: Pick<MetricSource, 'whyAskedAlone'>,
): DeclaredTriggerView {
  return { ...toDeclaredTriggerView(trigger), askedAlone: whyAskedAlone(trigger, metrics) };
}

/** Of its own queries and that of its companion the first that is asked alone. */
function whyAskedAlone(
  trigger: RollbackTrigger,
  metrics: Pick<MetricSource, 'whyAskedAlone'>,
): string | null {
  const own = triggerKind(trigger)
    .queries(trigger)
    .map(({ template, range }) =>
      range ? 'It asks over a range of time.' : metrics.whyAskedAlone(template),
    );
  const { minSamples } = trigger;
  const companion = minSamples ? metrics.whyAskedAlone(minSamples.query) : null;
  return own.find((why) => why !== null) ?? (companion && `Its companion query: ${companion}`);
}

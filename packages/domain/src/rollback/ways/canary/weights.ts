import { setWeight, type WeightTarget } from '../../contracts/set-weight.ts';
import type { AnsweredFact } from '../../need.ts';
import { comparedFirst } from '../compared-copies.ts';
import { copyOf, measureOf } from '../copy-measures.ts';
import { goneRefusal, trafficObjectName, trafficObjectWarnings } from '../traffic-object.ts';
import type { WayResult, WayStep } from '../way.ts';
import { allTo, weightRefusals } from '../weights.ts';
import type { CanaryContext, SplitRoute } from './routes.ts';

/** The weights of one rule go back: nothing to the canary, everything to stable. */
export function planWeights(
  { to }: SplitRoute,
  { ask, answer }: AnsweredFact<'route'>,
  { service, declared }: CanaryContext,
): WayResult {
  const { previewRules } = declared ?? {};
  const name = trafficObjectName(ask.route, service, ask.rule);
  if (answer.kind !== 'seen') return { kind: 'refused', refusals: [goneRefusal(name, answer.reason)] };
  const { seen } = answer;
  const weights = 'weights' in to ? to.weights : { ...allTo(to.stable, seen.weights), [to.canary]: 0 };
  const target: WeightTarget = {
    ...{ ...ask, uid: seen.uid, from: seen.weights, weights },
    ...(previewRules ? { except: previewRules } : {}),
  };
  const refusals = weightRefusals(name, target, seen);
  if (refusals.length > 0) return { kind: 'refused', refusals };
  const isThere = setWeight.isDone(target, { ...seen, accepted: true });
  const led = isThere ? `${name} splits its traffic so already` : titleOf(name, to, target);
  return {
    kind: 'steps',
    steps: [
      ...(isThere ? [] : compared(to, service, declared)),
      {
        phase: 'traffic',
        step: { kind: 'set-weight', ...target },
        title: led,
        ...(isThere ? { effect: 'none' } : {}),
      },
    ],
    warnings: [
      ...trafficObjectWarnings(name, seen),
      ...others(name, to, target),
      ...(seen.bypasses ?? [])
        .filter((one) => one.goesWithWeights && weights[one.to] === 0)
        .map(
          ({ how }) =>
            `${name} also ${how}: that is taken away with the weight, and does not come back by itself.`,
        ),
    ],
  };
}

function compared(
  to: SplitRoute['to'],
  service: CanaryContext['service'],
  declared: CanaryContext['declared'],
): WayStep[] {
  if (!declared || !('stable' in to)) return [];
  const { stable, canary, errors } = declared;
  return comparedFirst(
    copyOf(service, to.stable, stable.workload),
    copyOf(service, to.canary, canary.workload),
    measureOf(errors, 'ratio'),
  );
}

function titleOf(name: string, to: SplitRoute['to'], { from, weights }: WeightTarget): string {
  if ('weights' in to) return `Set the weights of ${name} back to ${inWords(weights)}`;
  const whole = Object.values(from).reduce((sum, weight) => sum + weight, 0);
  const had = `${from[to.canary] ?? 0} of ${whole}`;
  return `Take the canary out of ${name}: ${to.canary} from ${had} to 0, everything to ${to.stable}`;
}

/** Who else had a share, and loses it. */
function others(name: string, to: SplitRoute['to'], { from, weights }: WeightTarget): string[] {
  if ('weights' in to) return [];
  return Object.keys(from)
    .filter((one) => one !== to.stable && one !== to.canary && from[one] !== 0 && weights[one] === 0)
    .map(
      (one) => `${name} also leads to ${one}, which the service does not declare: it gets nothing any more.`,
    );
}

function inWords(weights: Record<string, number>): string {
  return Object.entries(weights)
    .map(([name, weight]) => `${name} ${weight}`)
    .join(', ');
}

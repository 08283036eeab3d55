import { releaseName } from '../../../deployment/release-words.ts';
import { setWeight, type WeightTarget } from '../../contracts/set-weight.ts';
import type { AnsweredFact } from '../../need.ts';
import { goneRefusal, trafficObjectName, trafficObjectWarnings } from '../traffic-object.ts';
import type { WayResult } from '../way.ts';
import { allTo, weightRefusals } from '../weights.ts';
import { planSwitch, type SwitchPlan } from './switch-plan.ts';
import { heaviest } from './switches.ts';

/** Leads all traffic of a rule back to the destination of the target. */
export function planRoute(plan: SwitchPlan, { ask, answer }: AnsweredFact<'route'>): WayResult {
  const name = trafficObjectName(ask.route, plan.context.service, ask.rule);
  if (answer.kind !== 'seen') return { kind: 'refused', refusals: [goneRefusal(name, answer.reason)] };
  const { seen } = answer;
  const current = heaviest(seen.weights) ?? '';
  return planSwitch(plan, current, (to, _needed, isBroughtUp) => {
    const { previewRules } = plan.context.declared ?? {};
    const target: WeightTarget = {
      ...{ ...ask, uid: seen.uid, from: seen.weights, weights: allTo(to, seen.weights) },
      ...(previewRules ? { except: previewRules } : {}),
    };
    const ready = seen.ready[to] ?? 0;
    const asBroughtUp = isBroughtUp ? { ...seen, ready: { ...seen.ready, [to]: Math.max(ready, 1) } } : seen;
    const isThere = setWeight.isDone(target, { ...seen, accepted: true });
    return {
      ready,
      refusals: weightRefusals(name, target, asBroughtUp),
      warnings: trafficObjectWarnings(name, seen),
      bypasses: seen.bypasses,
      step: {
        phase: 'traffic',
        step: { kind: 'set-weight', ...target },
        ...(isThere ? { effect: 'none' } : {}),
        title: isThere
          ? `${name} leads all traffic to ${to} already`
          : `Lead all traffic of ${name} from ${current || 'nowhere'} back to ${to}, which holds ${releaseName(plan.context.target)}`,
      },
    };
  });
}

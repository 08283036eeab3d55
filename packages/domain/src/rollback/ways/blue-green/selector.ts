import { releaseName } from '../../../deployment/release-words.ts';
import { type SelectorTarget, switchSelector } from '../../contracts/switch-selector.ts';
import type { AnsweredFact } from '../../need.ts';
import {
  asRefusal,
  goneRefusal,
  trafficObjectName,
  trafficObjectRefusals,
  trafficObjectWarnings,
} from '../traffic-object.ts';
import type { WayResult } from '../way.ts';
import { planSwitch, type SwitchPlan } from './switch-plan.ts';

type SelectorFact = AnsweredFact<'selector'>;

/** Points a Service back at the slot of the target. */
export function planSelector(plan: SwitchPlan, { ask, answer }: SelectorFact): WayResult {
  const name = trafficObjectName(ask.service, plan.context.service);
  if (answer.kind !== 'seen') return { kind: 'refused', refusals: [goneRefusal(name, answer.reason)] };
  const { seen } = answer;
  const { value } = seen;
  if (value === null)
    return {
      kind: 'refused',
      refusals: [
        {
          code: 'no-slot',
          reason: `${name} does not select by ${ask.key}: it serves the pods of all slots together.`,
          advice: `Set ${ask.key} in its selector to the slot that should serve, by hand; then plan again.`,
        },
      ],
    };
  return planSwitch(plan, value, (to, needed, isBroughtUp) => {
    const { after = null } = plan.one.registered ?? {};
    // What was registered is what is taken back: a third slot is somebody else's.
    const from = after ?? value;
    const ready = seen.readyPods[to] ?? 0;
    const target: SelectorTarget = { ...ask, uid: seen.uid, from, to, minReady: needed };
    const enough = isBroughtUp ? { ...seen.readyPods, [to]: Math.max(ready, needed) } : seen.readyPods;
    const refused = switchSelector.refusal(target, { ...seen, readyPods: enough }, '');
    return {
      ready,
      refusals: [...trafficObjectRefusals(name, seen), ...(refused ? [asRefusal(refused)] : [])],
      warnings: trafficObjectWarnings(name, seen),
      step: {
        phase: 'traffic',
        step: { kind: 'switch-selector', ...target },
        ...(value === to ? { effect: 'none' } : {}),
        title:
          value === to
            ? `${name} selects ${to} already`
            : `Switch ${name} from ${value} back to ${to}, which holds ${releaseName(plan.context.target)}`,
      },
    };
  });
}

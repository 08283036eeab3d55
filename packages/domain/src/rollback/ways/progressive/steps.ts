import { formatSpan, formatValue } from '../../../trigger/format.ts';
import type { Copy } from '../../contracts/copies.ts';
import type { WeightTarget } from '../../contracts/set-weight.ts';
import { fullStage, percentOf, routeWithRule, type StagedTarget } from '../../contracts/staged-traffic.ts';
import { comparedFirst } from '../compared-copies.ts';
import type { WayStep } from '../way.ts';
import type { ProgressiveDeclared } from './declares.ts';
import type { Gates } from './gates.ts';
import { defaultStages, stagesOf } from './stages.ts';

/** Everything that the steps of one route are made from. */
export interface Staging {
  step: WeightTarget;
  to: Copy;
  other: Copy;
  enough: number;
  gates: Gates;
  declared: ProgressiveDeclared;
}

/** One step that leads everything back at once, as stages with a gate between each and the next. */
export function stagedSteps({ step, to, other, enough, gates, declared }: Staging): WayStep[] {
  const { from, weights, route: object, uid, rule, except } = step;
  const route = { route: object, uid, rule, ...(except ? { except } : {}) };
  const stages = stagesOf(declared.stages ?? defaultStages, to.name, from, weights);
  const { pauseAtMostMs, ...gate } = gates;
  const steps = stages.flatMap((_weights, stage): WayStep[] => {
    const target: StagedTarget = { ...route, to, other, before: from, stages, stage, enough };
    const name = routeWithRule(target);
    const reach: WayStep = {
      phase: 'traffic',
      step: { kind: 'reach-stage', ...target },
      title: `Lead ${percentOf(target)} of the traffic of ${name} back to ${to.name}`,
      limits: { startToCloseMs: pauseAtMostMs },
    };
    if (stage === fullStage(target)) return [reach];
    const hold: WayStep = {
      phase: 'traffic',
      step: { kind: 'hold-stage', ...target, ...gate },
      title: `Hold ${percentOf(target)} at ${to.name} for ${formatSpan(gate.soakMs)} at least: ${gateInWords(gates, to, other)}`,
      limits: { startToCloseMs: pauseAtMostMs },
      usualMs: gate.soakMs,
    };
    return [reach, hold];
  });
  return [...comparedFirst(to, other, gates.errors), ...steps];
}

function gateInWords({ errors, latency, jumpAbove }: Gates, to: Copy, other: Copy): string {
  const said = [`enough of ${to.name} is ready for the next stage`];
  if (errors) said.push(`its errors are at most ${formatValue(errors.atMost, errors.unit)}`);
  if (latency) said.push(`it answers within ${formatValue(latency.atMost, latency.unit)}`);
  const jump =
    errors && jumpAbove !== null
      ? `; all of it at once if errors of ${other.name} rise above ${formatValue(jumpAbove, errors.unit)}`
      : '';
  return `${said.join(', ')}${jump}`;
}

import { formatDuration } from '../../../trigger/format.ts';
import type { HeldStage } from '../../contracts/hold-stage.ts';
import { percentOf } from '../../contracts/staged-traffic.ts';
import type { WayStep } from '../way.ts';
import type { ProgressiveContext } from './base.ts';

/** How long it takes and may take, and what the gates cannot see. */
export function stagingWarnings({ declared }: ProgressiveContext, steps: readonly WayStep[]): string[] {
  const gates = steps.flatMap(({ step, limits }) => ('soakMs' in step ? [{ step, limits }] : []));
  const [first] = gates;
  if (!first || !declared) return [];
  const soaks = gates.reduce((sum, { step }) => sum + step.soakMs, 0);
  const bound = formatDuration(first.limits?.startToCloseMs ?? 0);
  const shares = gates.map(({ step }) => percentOf(step)).join(', ');
  return [
    `The traffic goes back in stages (${shares}, all of it): ${formatDuration(soaks)} at least. A gate that does not open within ${bound} stops the rollback there and pages; who cannot wait sends all of it at once.`,
    ...blindness(first.step, declared.errors !== undefined),
  ];
}

function blindness({ errors, latency, jumpAbove, other }: HeldStage, isDeclared: boolean): string[] {
  if (!errors)
    return [
      isDeclared
        ? 'The declared query of errors does not tell the copies apart: put $WORKLOAD into it. Until then gates go by time and ready endpoints alone.'
        : `Nothing tells the errors of each copy${latency ? '' : ', or how long it takes to answer'}: gates go by time and ready endpoints, and nothing speeds them up. Declare \`rollback.progressive.errors\`.`,
    ];
  if (jumpAbove !== null) return [];
  return [
    `The errors of ${other.name} could not be read now, so that nothing can tell whether they rise: only a person sends everything at once.`,
  ];
}

import { formatSpan } from '../../../trigger/format.ts';
import type { HeldStage } from '../../contracts/hold-stage.ts';
import { percentOf } from '../../contracts/staged-traffic.ts';
import type { AnsweredFact, NeedKind } from '../../need.ts';
import type { WayStep } from '../way.ts';
import { comparedBy, type ProgressiveContext } from './base.ts';
import { whyNoJump } from './gates.ts';

/** How long it takes and may take, and what the gates cannot see. */
export function stagingWarnings(
  context: ProgressiveContext,
  steps: readonly WayStep[],
  facts: readonly AnsweredFact<NeedKind>[],
): string[] {
  const gates = steps.flatMap(({ step, limits }) => ('soakMs' in step ? [{ step, limits }] : []));
  const [first] = gates;
  if (!first) return [];
  const soaks = gates.reduce((sum, { step }) => sum + step.soakMs, 0);
  const boundMs = first.limits?.startToCloseMs ?? 0;
  const shares = gates.map(({ step }) => percentOf(step)).join(', ');
  return [
    `The traffic goes back in stages (${shares}, all of it): ${formatSpan(soaks)} at least. A gate that does not open within ${formatSpan(boundMs)} stops the rollback there and pages; who cannot wait sends all of it at once.`,
    ...neverOpens(first.step, boundMs, context),
    ...blindness(first.step, context, facts),
  ];
}

/** A stage that is over before it could be judged: the rollback stops at the first of them, however well all is. */
function neverOpens(step: HeldStage, boundMs: number, { declared }: ProgressiveContext): string[] {
  const { soakMs } = step;
  if (soakMs < boundMs) return [];
  const isDeclared = 1_000 * (declared?.soakSeconds ?? 0) >= soakMs;
  const why = isDeclared
    ? `lasts ${formatSpan(soakMs)} as declared`
    : `is measured by a query that looks back ${formatSpan(soakMs)}`;
  const instead = isDeclared ? 'lower `soakSeconds`' : 'shorten the range of the query';
  return [
    `No gate can open: a stage ${why}, and is waited for no longer than ${formatSpan(boundMs)}. The rollback stops at ${percentOf(step)} unless a person sends all of it at once. Raise \`pauseAtMostSeconds\` of \`rollback.progressive\`, or ${instead}.`,
  ];
}

function blindness(
  { errors, latency, other }: HeldStage,
  context: ProgressiveContext,
  facts: readonly AnsweredFact<NeedKind>[],
): string[] {
  if (!errors)
    return [
      (context.declared?.errors ?? comparedBy(context))
        ? 'The declared query of errors does not tell the copies apart: put $WORKLOAD into it. Until then gates go by time and ready endpoints alone.'
        : `Nothing tells the errors of each copy${latency ? '' : ', or how long it takes to answer'}: gates go by time and ready endpoints, and nothing speeds them up. Declare \`rollback.progressive.errors\`.`,
    ];
  const why = whyNoJump(context, facts, other.name);
  if (why === null) return [];
  return [
    why === 'unread'
      ? `The errors of ${other.name} could not be read now, so that nothing can tell whether they rise: only a person sends everything at once.`
      : `No more than all requests to ${other.name} can fail, so that its errors cannot rise above the limit from which everything goes at once: only a person sends everything at once.`,
  ];
}

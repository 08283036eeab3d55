import { releaseName } from '../../../deployment/release-words.ts';
import type { Bypass } from '../../contracts/set-weight.ts';
import type { AnsweredFact } from '../../need.ts';
import type { Refusal } from '../../refusal.ts';
import { comparedFirst } from '../compared-copies.ts';
import { copyOf, measureOf } from '../copy-measures.ts';
import { leftWithoutTraffic, testersTo } from '../left-without-traffic.ts';
import type { WayResult, WayStep } from '../way.ts';
import { scalerRefusals, scalerWarnings } from './scaled-slot.ts';
import { observed, scaleRefusals, slotNamed, slotRefusals } from './slot.ts';
import { leftCopy, leftRunning, proofStep, scaleStep } from './slot-steps.ts';
import type { BlueGreenContext, Switch } from './switches.ts';
import { targetSlot } from './target-slot.ts';

/** One switch with what was seen behind the slots. */
export interface SwitchPlan {
  context: BlueGreenContext;
  one: Switch;
  slots: readonly AnsweredFact<'workload'>[];
}

interface Led {
  /** Pods of the slot that are ready. */
  ready: number;
  refusals: Refusal[];
  warnings: string[];
  step: WayStep;
  /** What goes past it to other slots; absent where nothing can. */
  bypasses?: readonly Bypass[] | undefined;
}

/**
 * The switch with what comes before and after it: the slot is brought up first where it has too few pods, and is seen to serve
 * the target in the end.
 *
 * @param lead the step itself: to which slot, with how many ready pods at least, and whether the slot is brought up first
 */
export function planSwitch(
  { context, one, slots }: SwitchPlan,
  current: string,
  lead: (to: string, needed: number, isBroughtUp: boolean) => Led,
): WayResult {
  const { declared, target, deployment, service } = context;
  if (one.registered === null && current !== '' && !isDeclared(context, current))
    return { kind: 'refused', refusals: [unknownSlot(current, Object.keys(declared?.slots ?? {}))] };
  const known = targetSlot(context, one, current);
  if ('refusal' in known) return { kind: 'refused', refusals: [known.refusal] };
  const { slot: to, surmised } = known;
  const [slot, left] = [slotNamed(context, slots, to), slotNamed(context, slots, current)];
  const isThere = to === current;
  const wanted = isThere ? 1 : (observed(left)?.desiredReplicas ?? 1);
  const needed = declared?.minReady ?? Math.max(1, wanted);
  const led = lead(to, needed, slot !== null);
  const refusals = [
    ...(slot
      ? [
          ...slotRefusals(slot, context),
          ...scaleRefusals(slot, needed, context),
          ...scalerRefusals(slot, needed),
        ]
      : []),
    ...led.refusals,
  ];
  if (refusals.length > 0) return { kind: 'refused', refusals };
  const testers = (name: string) => testersTo(name, led.bypasses, declared?.previewRules);
  const others = Object.keys(declared?.slots ?? {}).filter((name) => name !== to);
  const unchecked = deployment.strategy === 'blue-green' && !isDeclared(context, to);
  const warnings = [
    ...led.warnings,
    ...(slot ? scalerWarnings(slot, needed) : []),
    ...(surmised
      ? [
          `Nothing recorded says that ${releaseName(target)} served from ${to}: it is surmised from what is declared and seen.`,
        ]
      : []),
    ...(unchecked
      ? [`No workload is declared behind ${to}: that it still holds ${releaseName(target)} is not checked.`]
      : []),
    ...(isThere ? [] : leftRunning(left, testers(current), context)),
  ];
  const before = slot ? scaleStep(slot, needed, led.ready) : [];
  const after = slot ? proofStep(slot, context) : [];
  const compared =
    slot && left && !isThere
      ? comparedFirst(
          copyOf(service, to, slot.workload),
          copyOf(service, current, left.workload),
          measureOf(declared?.errors, 'ratio'),
        )
      : [];
  return {
    kind: 'steps',
    steps: [...before, ...compared, led.step, ...after],
    warnings,
    led: others.flatMap((name) => {
      const other = slotNamed(context, slots, name);
      return other ? [leftWithoutTraffic(leftCopy(other, testers(name)))] : [];
    }),
  };
}

function isDeclared({ declared }: BlueGreenContext, slot: string): boolean {
  return Object.hasOwn(declared?.slots ?? {}, slot);
}

function unknownSlot(current: string, slots: readonly string[]): Refusal {
  return {
    code: 'no-slot',
    reason: `The traffic goes to ${current}, which is none of the declared slots (${slots.join(', ')}).`,
    advice:
      'Find out who led it there, and lead it to one of the slots; or correct the declaration. Then plan again.',
  };
}

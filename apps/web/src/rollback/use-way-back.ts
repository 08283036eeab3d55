import { given, type ReleaseRef } from '@lastgood/api-client';
import { useState } from 'react';
import { lossesInWords } from './losses/loss-words.ts';
import { isOnItsWay, type NamedRelease } from './press/press.ts';
import { usePressedRun } from './press/use-pressed-run.ts';
import { presses, usePressOf } from './press/use-presses.ts';
import { refusalText } from './refusal-text.ts';
import { useChosenPlan } from './use-chosen-plan.ts';

export interface WayBack {
  deploymentId: string;
  serviceName: string;
  from: NamedRelease;
  target: ReleaseRef | null;
  /** Why records alone say that it cannot work; null when they do not. */
  problem: string | null;
  /** Another target than the last known good. */
  chosen?: boolean;
}

/**
 * The way back of a deployment: its plan, why it cannot work, and the press.
 *
 * @param ask whether the plan is asked for: the cluster is read for it
 */
export function useWayBack(way: WayBack, ask: boolean) {
  const { deploymentId, serviceName, from, target } = way;
  const wanted = target !== null && way.problem === null;
  // Of this deployment alone: a page that turns to another one asks anew.
  const [togetherFor, setTogetherFor] = useState<string | null>(null);
  const together = togetherFor === deploymentId;
  const group = together ? ('with-dependents' as const) : undefined;
  const plan = useChosenPlan({ deploymentId, target, chosen: way.chosen, group, ask: ask && wanted });
  const { preview, naming, named } = plan;
  const pressed = usePressOf(deploymentId);
  const run = usePressedRun(pressed);
  // The bar shows it: the button is not pressed again, and what is around it stays where it is.
  const isPressed = pressed !== undefined && (isOnItsWay(pressed) || run?.status === 'queued');
  const problem = way.problem ?? refusalText(plan.known);
  const press = () => {
    if (target === null || problem !== null || isPressed) return;
    if (naming.missing.length > 0) return naming.seek();
    const byHand = plan.known?.plan?.byHand ?? [];
    const loses = named.accepting && lossesInWords(naming.losses);
    presses.press({
      deploymentId,
      serviceName,
      from,
      target,
      byHand,
      ...named,
      ...given({ group, loses }),
    });
  };
  return {
    target,
    serviceName,
    wanted,
    preview,
    problem,
    naming,
    unregistered: plan.unregistered,
    created: plan.created,
    press,
    isPressed,
    together,
    takeTogether: (wish: boolean) => setTogetherFor(wish ? deploymentId : null),
    run: run?.status === 'cancelled' ? undefined : run,
  };
}

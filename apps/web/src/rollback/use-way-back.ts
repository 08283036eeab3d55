import { given, type PlanPreview, type ReleaseRef } from '@lastgood/api-client';
import { usePlanPreview } from '@lastgood/api-client/queries';
import { useState } from 'react';
import { useChoosing } from './created/use-choosing.ts';
import { lossesInWords } from './losses/loss-words.ts';
import { useNaming } from './losses/use-naming.ts';
import { isOnItsWay, type NamedRelease } from './press/press.ts';
import { usePressedRun } from './press/use-pressed-run.ts';
import { presses, usePressOf } from './press/use-presses.ts';
import { refusalText } from './refusal-text.ts';

/** Of a plan that is still worked out nothing is known. */
function ofNothing({
  data,
  isPlaceholderData,
}: {
  data: PlanPreview | undefined;
  isPlaceholderData: boolean;
}) {
  return isPlaceholderData ? undefined : data;
}

const anyOf = (names: readonly string[]) => (names.length > 0 ? [...names] : undefined);

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
  const asked = usePlanPreview(
    deploymentId,
    given({ target: way.chosen ? target?.deploymentId : undefined, group }),
    {
      query: {
        enabled: ask && wanted,
        staleTime: 15_000,
        // Who depends on it stays in view while the other plan is worked out; of another deployment nothing does.
        placeholderData: (previous) =>
          previous?.plan?.from.deploymentId === deploymentId ? previous : undefined,
      },
    },
  );
  const naming = useNaming(`${deploymentId} ${target?.deploymentId} ${group}`, ofNothing(asked));
  const choosing = useChoosing(`${deploymentId} ${target?.deploymentId} ${group}`);
  const accepting = anyOf(naming.losses.map(({ name }) => name));
  const removing = anyOf(choosing.chosen);
  const isSaid = accepting !== undefined || removing !== undefined;
  // The plan as it is once all that is named: what it does is read beside what it loses and what it removes.
  const named = usePlanPreview(
    deploymentId,
    given({
      ...{ target: way.chosen ? target?.deploymentId : undefined, group },
      ...{ accepting, removing },
    }),
    {
      query: {
        enabled: ask && wanted && isSaid,
        staleTime: 15_000,
        // What can be chosen stays in view while the other plan is worked out.
        placeholderData: (previous) =>
          [previous, asked.data].find((one) => one?.plan?.from.deploymentId === deploymentId),
      },
    },
  );
  const preview = isSaid ? named : asked;
  const pressed = usePressOf(deploymentId);
  const run = usePressedRun(pressed);
  // The bar shows it: the button is not pressed again, and what is around it stays where it is.
  const isPressed = pressed !== undefined && (isOnItsWay(pressed) || run?.status === 'queued');
  const problem = way.problem ?? refusalText(preview.data);
  const press = () => {
    if (target === null || problem !== null || isPressed) return;
    if (naming.missing.length > 0) return naming.seek();
    const byHand = (preview.isPlaceholderData ? null : preview.data?.plan?.byHand) ?? [];
    const lost = accepting ? { accepting, loses: lossesInWords(naming.losses) } : {};
    presses.press({
      deploymentId,
      serviceName,
      from,
      target,
      byHand,
      ...lost,
      ...given({ group, removing }),
    });
  };
  return {
    target,
    wanted,
    preview,
    problem,
    naming,
    choosing,
    press,
    isPressed,
    together,
    takeTogether: (wish: boolean) => setTogetherFor(wish ? deploymentId : null),
    run: run?.status === 'cancelled' ? undefined : run,
  };
}

import { contractOf } from './contract-of.ts';
import type { RunStep } from './run.ts';
import type { PlannedStep } from './step.ts';

/**
 * The steps of a lane, each saying also what the steps before it have stopped and no step has started again. Whoever reads
 * where a rollback stopped has to know that half of the service is down, whatever the step in progress has to do with it.
 */
export function withStillStopped(steps: readonly PlannedStep[]): PlannedStep[] {
  return withStillAside(stoppedOnes(steps));
}

/** What the run took out of force is told in the same way. */
function withStillAside(steps: readonly PlannedStep[]): PlannedStep[] {
  const aside = new Map<string, string>();
  return steps.map((planned) => {
    const { step } = planned;
    const { setsAside, putsBack } = contractOf(step);
    for (const { uid, name } of setsAside?.(step) ?? []) aside.set(uid, name);
    for (const { uid } of putsBack?.(step) ?? []) aside.delete(uid);
    // The steps that set something aside and put it back speak of it themselves.
    if (setsAside || putsBack || aside.size === 0) return planned;
    const names = [...aside.values()].join(', ');
    return { ...planned, leavesBehind: `${planned.leavesBehind} Set aside and not put back: ${names}.` };
  });
}

function stoppedOnes(steps: readonly PlannedStep[]): PlannedStep[] {
  const stopped = new Map<string, string>();
  return steps.map((planned) => {
    const { step } = planned;
    const { stops, starts } = contractOf(step);
    for (const { uid, name } of stops?.(step) ?? []) stopped.set(uid, name);
    for (const { uid } of starts?.(step) ?? []) stopped.delete(uid);
    // The steps that stop and start something speak of it themselves.
    if (stops || starts || stopped.size === 0) return planned;
    const names = [...stopped.values()].join(', ');
    return { ...planned, leavesBehind: `${planned.leavesBehind} Stopped and not started again: ${names}.` };
  });
}

/** What a lane's steps have stopped or set aside, and have not undone: names, each once. Where a step may have, it counts. */
export function stillDown(steps: readonly RunStep[]): string[] {
  const { stopped, aside } = downAfter(steps);
  return [...new Set([...stopped, ...aside])];
}

/** The same as sentences, for an end state that a step tells by itself; empty where there is nothing of the kind. */
export function stillDownInWords(steps: readonly RunStep[]): string {
  const { stopped, aside } = downAfter(steps);
  return [
    ...(stopped.length > 0 ? [`Stopped and not started again: ${stopped.join(', ')}.`] : []),
    ...(aside.length > 0 ? [`Set aside and not put back: ${aside.join(', ')}.`] : []),
  ].join(' ');
}

function downAfter(steps: readonly RunStep[]): { stopped: string[]; aside: string[] } {
  const [stopped, aside] = [new Map<string, string>(), new Map<string, string>()];
  for (const { planned, status, attempts } of [...steps].sort((a, b) => a.ordinal - b.ordinal)) {
    const { step } = planned;
    const { stops, setsAside, starts, putsBack } = contractOf(step);
    if (status === 'applied' || attempts > 0) {
      for (const { uid, name } of stops?.(step) ?? []) stopped.set(uid, name);
      for (const { uid, name } of setsAside?.(step) ?? []) aside.set(uid, name);
    }
    if (status !== 'applied') continue;
    for (const { uid } of starts?.(step) ?? []) stopped.delete(uid);
    for (const { uid } of putsBack?.(step) ?? []) aside.delete(uid);
  }
  return { stopped: [...stopped.values()], aside: [...aside.values()] };
}

import { ApiError, type Run } from '@lastgood/api-client';
import { isBusy } from '../../asking/ask-again.ts';
import { newIdempotencyKey } from '../new-key.ts';
import type { Asked, Phase, Press } from './press.ts';

/** How long a press that nothing answers is kept: what was right to press is not right for ever. */
export const keptMs = 120_000;

/** How wrong the browser's idea of the server's clock may be. */
const clockDoubtMs = 1_000;

const attemptMs = 5_000;
const againMs = [500, 1_000, 2_000];

export interface PressEffects {
  /** Sends the press under its key. */
  send: (asked: Asked, key: string, signal: AbortSignal) => Promise<Run>;
  undo: (run: Run) => Promise<unknown>;
  /** The newest run of the deployment, to know whether a press that was taken back has arrived all the same. */
  newestRun: (deploymentId: string, signal: AbortSignal) => Promise<Run | null>;
  /** Epoch ms by the server's clock, as far as it is known. */
  serverNow: () => number;
}

export interface Presses {
  list: () => readonly Press[];
  subscribe: (listener: () => void) => () => void;
  press: (asked: Asked) => void;
  /** Takes back what is not known to have arrived; what has, is undone as a run. */
  withdraw: (key: string) => void;
  /** Something may answer again: what waits is sent at once. */
  nudge: () => void;
  /** Forgets what is over. */
  forget: (key: string) => void;
}

/** Nobody knows what became of it, or there was no room: the same key may be sent again. */
export function maySendAgain(error: Error): boolean {
  if (!(error instanceof ApiError)) return true;
  const underWay = error.status === 409 && error.problem.type.endsWith('idempotency-key');
  return error.status >= 500 || isBusy(error) || underWay;
}

/** Every press of this tab, from the finger until the server has it. Nothing on a page holds one: pages come and go. */
export function createPresses({ send, undo, newestRun, serverNow }: PressEffects): Presses {
  let presses: readonly Press[] = [];
  const listeners = new Set<() => void>();
  const sleepers = new Set<() => void>();

  const change = (next: readonly Press[]) => {
    presses = next;
    for (const listener of listeners) listener();
  };
  const phaseOf = (key: string): Phase | undefined => presses.find((one) => one.key === key)?.phase;
  /** A press that is not in the list any more was taken back, and closed or followed by another one. */
  const isTakenBack = (key: string): boolean => (phaseOf(key)?.kind ?? 'withdrawn') === 'withdrawn';
  const enter = (key: string, phase: Phase) =>
    change(presses.map((one) => (one.key === key ? { ...one, phase } : one)));

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      sleepers.add(wake);
    });

  async function deliver({ key, asked, pressedAt }: Press): Promise<void> {
    const until = pressedAt + keptMs;
    for (let attempt = 0; ; attempt += 1) {
      const answer = await send(asked, key, AbortSignal.timeout(attemptMs)).catch((error: Error) => error);
      const withdrawn = isTakenBack(key);
      if (!(answer instanceof Error))
        return withdrawn ? takeBack(key, answer) : enter(key, { kind: 'arrived', run: answer });
      if (!maySendAgain(answer))
        return enter(
          key,
          withdrawn ? { kind: 'withdrawn', settled: true } : { kind: 'refused', error: answer },
        );
      if (withdrawn) return lookForIt(key, asked, pressedAt);
      const why = whyLost(answer);
      if (Date.now() >= until) return enter(key, { kind: 'lapsed', why });
      enter(key, { kind: 'kept', why, until });
      await pause(againMs[Math.min(attempt, againMs.length - 1)] ?? 0);
      if (isTakenBack(key)) return lookForIt(key, asked, pressedAt);
    }
  }

  /** It had arrived after all: undone as any run, and shown where that is refused. */
  async function takeBack(key: string, run: Run): Promise<void> {
    const undone = await undo(run).then(
      () => true,
      () => false,
    );
    enter(key, undone ? { kind: 'withdrawn', settled: true } : { kind: 'arrived', run });
  }

  /** Also one that is over by now: what has become of it is told as of any run that could not be undone. */
  const mayBeIt = (
    { requester, targetDeploymentId, createdAt }: Run,
    { target }: Asked,
    pressedAt: number,
  ): boolean =>
    requester.kind === 'person' &&
    targetDeploymentId === target.deploymentId &&
    Date.parse(createdAt) >= pressedAt + serverNow() - Date.now() - clockDoubtMs;

  /** An attempt without an answer may have arrived: whether it did is asked until that is known, and nothing is sent for it. */
  async function lookForIt(key: string, asked: Asked, pressedAt: number): Promise<void> {
    for (;;) {
      const found = await newestRun(asked.deploymentId, AbortSignal.timeout(attemptMs)).catch(
        () => undefined,
      );
      if (found !== undefined) {
        return found && mayBeIt(found, asked, pressedAt)
          ? takeBack(key, found)
          : enter(key, { kind: 'withdrawn', settled: true });
      }
      await pause(2_000);
    }
  }

  return {
    list: () => presses,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    press(asked) {
      // A double click, or a second place with the same button: one press.
      const same = ({ asked: other, phase }: Press) =>
        other.deploymentId === asked.deploymentId && (phase.kind === 'sending' || phase.kind === 'kept');
      if (presses.some(same)) return;
      const others = presses.filter((one) => one.asked.deploymentId !== asked.deploymentId);
      const press: Press = {
        key: newIdempotencyKey(),
        asked,
        pressedAt: Date.now(),
        phase: { kind: 'sending' },
      };
      change([...others, press]);
      void deliver(press);
    },
    withdraw(key) {
      enter(key, { kind: 'withdrawn', settled: false });
      this.nudge();
    },
    nudge() {
      for (const wake of [...sleepers]) wake();
    },
    forget: (key) => change(presses.filter((one) => one.key !== key)),
  };
}

function whyLost(error: Error): string {
  if (error instanceof ApiError)
    return error.status === 503 || isBusy(error) ? error.problem.title : `Lastgood answered ${error.status}`;
  return 'Lastgood does not answer';
}

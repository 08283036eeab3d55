import type { Stack } from './stack.ts';
import { type Asked, type Surveyed, survey } from './survey.ts';

/** How long a survey is as good as a new one, in milliseconds. What has changed meanwhile makes its plan stale. */
const freshMs = 30_000;

/** How long is waited for one within one look, in milliseconds; it goes on and is there for the next look. */
const waitMs = 60_000;

interface Survey {
  key: string;
  startedAt: number;
  answer: Promise<Surveyed>;
  /** Null until it is there. */
  endedAt: number | null;
}

/**
 * A plan may take longer than anybody waits. It is made in the background, by one at a time, and whoever asks for the same
 * gets the same.
 */
export function createSurveyor(stack: Stack, now: () => number) {
  let latest: Survey | null = null;

  function start(key: string, asked: Asked, before: Survey | null): Survey {
    const begin = async () => {
      await before?.answer;
      try {
        return await survey(stack, asked);
      } catch (error) {
        return { kind: 'unreachable' as const, reason: inWords(error) };
      }
    };
    const one: Survey = { key, startedAt: now(), answer: begin(), endedAt: null };
    void one.answer.then((answer) => {
      one.endedAt = now();
      if (latest === one && !isKept(answer, asked)) latest = null;
    });
    return one;
  }

  return {
    async survey({ from, to }: Asked, signal: AbortSignal): Promise<Surveyed> {
      const key = `${from} ${to}`;
      const isFresh = latest !== null && (latest.endedAt === null || now() - latest.endedAt < freshMs);
      const one: Survey = latest?.key === key && isFresh ? latest : start(key, { from, to }, latest);
      latest = one;
      const answer = await Promise.race([one.answer, calledOff(signal)]);
      if (answer !== null) return answer;
      const seconds = Math.round((now() - one.startedAt) / 1_000);
      return { kind: 'unreachable', reason: `${stack.program} is still planning, for ${seconds} s now` };
    },
    /** The stack is being changed: what was seen before is over. */
    forget(): void {
      latest = null;
    },
  };
}

/** Only *there is something to do* is kept: that it is done, or not to be had, must be true when it is said. */
function isKept(answer: Surveyed, { to }: Asked): boolean {
  return answer.kind === 'seen' && answer.seen.lockedBy === null && answer.seen.version !== to;
}

function calledOff(signal: AbortSignal): Promise<null> {
  const late = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
  if (late.aborted) return Promise.resolve(null);
  return new Promise((resolve) => late.addEventListener('abort', () => resolve(null), { once: true }));
}

function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

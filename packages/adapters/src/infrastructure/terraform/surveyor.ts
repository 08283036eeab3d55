import type { Stack } from './stack.ts';
import { type Asked, type Surveyed, survey } from './survey.ts';

/** How long a survey is as good as a new one, in milliseconds. What has changed meanwhile makes its plan stale. */
const freshMs = 30_000;

/** How long is waited for one within one look, in milliseconds; it goes on and is there for the next look. */
const waitMs = 60_000;

interface Survey {
  askedAt: number;
  answer: Promise<Surveyed>;
  /** Null until it is there. */
  endedAt: number | null;
  /** How many wait for it now. */
  waiting: number;
}

/**
 * A plan may take longer than anybody waits. It is made in the background, by one at a time, and whoever asks for the same
 * gets the same. One that nobody waits for any more when its turn comes is not made.
 */
export function createSurveyor(stack: Stack, now: () => number, make: typeof survey = survey) {
  const surveys = new Map<string, Survey>();
  let last: Promise<unknown> = Promise.resolve();

  function start(key: string, asked: Asked): Survey {
    const begin = async (): Promise<Surveyed> => {
      if (one.waiting === 0) return { kind: 'unreachable', reason: 'nobody waited for its plan any more' };
      try {
        return await make(stack, asked);
      } catch (error) {
        return { kind: 'unreachable', reason: inWords(error) };
      }
    };
    const answer = last.then(begin);
    const one: Survey = { askedAt: now(), answer, endedAt: null, waiting: 0 };
    last = answer;
    surveys.set(key, one);
    void answer.then((seen) => {
      one.endedAt = now();
      if (surveys.get(key) === one && !isKept(seen, asked)) surveys.delete(key);
    });
    return one;
  }

  /** Only one plan is kept sealed, that of the survey which ended last: what others saw has none any more. */
  function dropOld(): void {
    const ended = [...surveys].filter(([, { endedAt }]) => endedAt !== null);
    const newest = ended.at(-1);
    const kept = newest !== undefined && now() - (newest[1].endedAt ?? 0) < freshMs ? newest : null;
    for (const one of ended) if (one !== kept) surveys.delete(one[0]);
  }

  return {
    async survey({ from, to }: Asked, signal: AbortSignal): Promise<Surveyed> {
      dropOld();
      const key = `${from} ${to}`;
      const one = surveys.get(key) ?? start(key, { from, to });
      one.waiting += 1;
      const answer = await Promise.race([one.answer, calledOff(signal)]);
      one.waiting -= 1;
      if (answer !== null) return answer;
      const seconds = Math.round((now() - one.askedAt) / 1_000);
      return { kind: 'unreachable', reason: `${stack.program} is still planning, for ${seconds} s now` };
    },
    /** The stack is being changed: what was seen before is over. */
    forget(): void {
      surveys.clear();
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

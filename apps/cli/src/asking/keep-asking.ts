import type { Terminal } from '../command-line/terminal.ts';
import { type Fault, faultOf } from './fault.ts';

const firstPauseMs = 500;
const longestPauseMs = 8_000;
/** Whoever answers may ask for any wait; beyond this it is looked for itself whether it has passed. */
const longestAskedPauseMs = 20_000;
/** A server that restarts or fails over is back by then. */
const standardPatienceMs = 60_000;
const answerLimitMs = 30_000;
const lookAgainMs = 2_000;
/** Following takes half an hour; an outage of the watcher alone must not end it. */
const followPatienceMs = 10 * 60_000;

/** One request's limit, as options of the client's functions. */
export function limited(): { signal: AbortSignal } {
  return { signal: AbortSignal.timeout(answerLimitMs) };
}

/**
 * Asks until there is an answer, for at most `patienceMs`: a refused connection and a server that is not ready are waited
 * for, a "no" is not. Only for what may be sent twice: reads, declarations, and writes with an Idempotency-Key.
 */
export function keepAsking<T>(
  terminal: Terminal,
  ask: () => Promise<T>,
  patienceMs = standardPatienceMs,
): Promise<T> {
  return askAgain(terminal, ask, ({ passing }) => passing, patienceMs);
}

/** Asks until the server has room for it, and once only: for what may not be sent twice, and for what is wanted at once. */
export function askOnce<T>(terminal: Terminal, ask: () => Promise<T>): Promise<T> {
  return askAgain(terminal, ask, ({ notTaken }) => notTaken, standardPatienceMs);
}

async function askAgain<T>(
  terminal: Terminal,
  ask: () => Promise<T>,
  mayAgain: (fault: Fault) => boolean,
  patienceMs: number,
): Promise<T> {
  const until = terminal.now() + patienceMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await ask();
    } catch (error) {
      const fault = faultOf(error);
      const waitMs = Math.max(pauseMs, Math.min(fault?.retryAfterMs ?? 0, longestAskedPauseMs));
      if (!fault || !mayAgain(fault) || terminal.now() + waitMs > until) throw error;
      terminal.say(`${fault.lines[0]} Asking again in ${waitMs / 1000} s.`);
      await terminal.sleep(waitMs);
    }
  }
}

/** Looks again and again until `judge` finds an end; null means not yet. */
export async function follow<View, End>(
  terminal: Terminal,
  look: () => Promise<View>,
  judge: (view: View) => End | null,
): Promise<End> {
  for (;;) {
    const end = judge(await keepAsking(terminal, look, followPatienceMs));
    if (end !== null) return end;
    await terminal.sleep(lookAgainMs);
  }
}

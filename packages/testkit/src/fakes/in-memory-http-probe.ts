import type { HttpProbe } from '@lastgood/domain/ports/http-probe';
import type { ProbeResult } from '@lastgood/domain/verification/probe-result';

/** Answers the n-th GET (from 1) of a URL. */
export type ProbeScript = (url: string, nth: number) => ProbeResult;

/** An HTTP probe whose answers are scripted; it keeps what it was asked. */
export interface InMemoryHttpProbe extends HttpProbe {
  asked: string[];
  /** Replaces the script. */
  answer(script: ProbeScript): void;
}

/** Answers 200 to everything until it is told otherwise. */
export function createInMemoryHttpProbe(
  script: ProbeScript = () => ({ kind: 'answered', status: 200, tookMs: 1, ageMs: 0 }),
): InMemoryHttpProbe {
  const asked: string[] = [];
  let current = script;
  return {
    asked,
    refusal,
    answer(next) {
      current = next;
    },
    async get(url, signal) {
      const reason = refusal(url);
      if (reason !== null) return { kind: 'refused', reason };
      if (signal.aborted) return { kind: 'unreachable', reason: 'The request was called off.' };
      asked.push(url);
      return current(url, asked.filter((each) => each === url).length);
    },
  };
}

function refusal(text: string): string | null {
  if (!URL.canParse(text)) return `"${text}" is not a URL.`;
  const { protocol, username, password } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return 'Only http and https are asked.';
  return username === '' && password === '' ? null : 'A user or a password in a URL is not sent.';
}

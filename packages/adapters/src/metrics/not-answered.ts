import type { Answer } from '@lastgood/domain/trigger/question';

/** The answer to a question that was asked of nobody, with the reason in words. */
export function notAnswered(query: string, reason: string, at: number): Answer {
  const reading = { kind: 'unreachable', reason } as const;
  return { reading, query, at, answerDigest: null, tookMs: 0, looksBackMs: 0 };
}

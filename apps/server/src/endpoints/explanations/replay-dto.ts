import { type DecisionReplay, formatClock } from '@lastgood/domain';
import type * as wire from './explanation-schema.ts';
import type { askedIn, SentAsk } from './sent-ask.ts';

/** Whether a decision comes out again, by its readings and what was stored with it. Of digests, which are no readings, it says nothing. */
export function toReplay(
  { kind, differences, differing, ...rest }: DecisionReplay,
  readings: number,
): Pick<wire.Replay, 'outcome' | 'sentence' | 'differences'> {
  if (kind === 'cannot') {
    const reason = 'reason' in rest ? rest.reason : '';
    const outcome = differences.length > 0 ? 'differs' : 'cannot';
    const sentence = `Not replayed as a whole: ${reason}. ${keptInWords(differing, readings)}`;
    return { outcome, sentence, differences };
  }
  return differences.length === 0
    ? {
        ...{ outcome: 'same', differences },
        sentence: `Replayed from ${readings} stored readings: same decision, word for word.`,
      }
    : {
        ...{ outcome: 'differs', differences },
        sentence: `Replayed: what is stored comes to something else. ${keptInWords(differing, readings)}`,
      };
}

function keptInWords(differing: number, readings: number): string {
  if (readings === 0) return 'No reading is kept.';
  if (differing === 0) return `None of the ${readings} readings that are kept says otherwise.`;
  return `${differing} of the ${readings} readings that are kept ${differing === 1 ? 'comes' : 'come'} out otherwise.`;
}

/**
 * The digest of an answer is kept with the decision and in the record of what was sent; the answer itself is not. Where the two say
 * otherwise, one of them was changed. That tells nothing of the readings, which have none.
 */
export function twiceDigested(asked: ReturnType<typeof askedIn>, sent: readonly SentAsk[]) {
  const recorded = asked.flatMap((one) => {
    const same = sent.filter(
      ({ query, queryLength, at }) => query === one.query && queryLength === one.queryLength && at === one.at,
    );
    return same.length === 0 ? [] : [{ one, same }];
  });
  const differences = recorded.flatMap(({ one: { trigger, at, answerDigest }, same }) => {
    if (same.some((row) => row.answerDigest === answerDigest)) return [];
    const [kept, other] = [answerDigest, same[0]?.answerDigest ?? null].map((digest) => digest ?? 'none');
    return [
      `the answer to ${trigger} at ${formatClock(at)} has digest ${kept} in the decision, and ${other} in the record of what was sent`,
    ];
  });
  return { compared: recorded.length, differences };
}

export function toDigests({
  compared,
  differences,
}: ReturnType<typeof twiceDigested>): Pick<wire.Replay, 'digestSentence' | 'digestDifferences'> {
  const { length } = differences;
  if (length === 0) return { digestSentence: null, digestDifferences: [] };
  return {
    digestSentence: `${length} of ${compared} answers ${length === 1 ? 'has' : 'have'} another digest in the decision than in the record of what was sent: one of the two was changed afterwards. The readings are not touched by that.`,
    digestDifferences: differences,
  };
}

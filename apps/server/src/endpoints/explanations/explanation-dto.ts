import {
  asksInWords,
  type Decision,
  type DecisionReplay,
  type Evaluation,
  type ExplainedTrigger,
  explainTriggers,
  formatClock,
  formatReading,
  formatSpan,
  limitInWords,
  type RestraintEvidence,
  readingInWords,
  restraintEvidence,
  triggerKind,
} from '@lastgood/domain';
import type { JudgedDecision } from '@lastgood/store/views/judged-decision';
import { iso } from '../../wire/instant.ts';
import type * as wire from './explanation-schema.ts';
import { toDigests, toReplay, twiceDigested } from './replay-dto.ts';
import { askedIn, type SentAsk } from './sent-ask.ts';

type SentQuery = Pick<SentAsk, 'query' | 'queryLength'>;

/** What of an explanation follows from a decision. */
type OfDecision = Pick<
  wire.Explanation,
  'sentence' | 'decidedAt' | 'verdict' | 'triggers' | 'restraints' | 'replay'
>;

export function toExplained(
  { decision, readings }: JudgedDecision,
  again: DecisionReplay,
  explained: readonly ExplainedTrigger[],
  sent: readonly SentAsk[],
): OfDecision {
  return {
    sentence: decision.sentence,
    decidedAt: iso(decision.slot),
    verdict: decision.verdict,
    triggers: explained.map((one) => toTrigger(one, decision, sent)),
    restraints: restraintEvidence(decision).map(toRestraint),
    replay: {
      ...toReplay(again, readings.length),
      ...toDigests(twiceDigested(askedIn(decision), sent)),
    },
  };
}

/** The triggers that an explanation tells of; which of their slots, decides what is looked up for it. */
export function explainedOf(
  { decision, readings, isCut }: JudgedDecision,
  again: DecisionReplay,
): ExplainedTrigger[] {
  return explainTriggers(decision, readings, again.slots, isCut);
}

function toTrigger(
  { trigger, decides, evaluations, folded }: ExplainedTrigger,
  decision: Decision,
  sent: readonly SentAsk[],
): wire.ExplainedTrigger {
  const { name, forMs } = trigger;
  const count = folded ? folded.said.breach + folded.said.healthy + folded.said.hold : 0;
  return {
    ...{ trigger: name, decides, neededSeconds: forMs / 1_000 },
    limit: limitInWords(trigger),
    queries: asksInWords(trigger).map(({ member, title, declared }) => ({
      part: title || member,
      template: declared,
    })),
    evaluations: evaluations.map((one) => toEvaluation(one, decision, sent)),
    folded: folded && {
      after: folded.after,
      count,
      sentence: `${count} more slots, ${formatClock(folded.from)} to ${formatClock(folded.to)}: ${saidInWords(folded.said)}`,
    },
  };
}

function saidInWords({ breach, healthy, hold }: Record<Evaluation['said'], number>): string {
  return [
    ...(breach > 0 ? [`${breach} in breach`] : []),
    ...(healthy > 0 ? [`${healthy} healthy`] : []),
    ...(hold > 0 ? [`${hold} that said nothing`] : []),
  ].join(', ');
}

function toEvaluation(
  { given, said, state, differs }: Evaluation,
  decision: Decision,
  sent: readonly SentAsk[],
): wire.ExplainedEvaluation {
  const { trigger } = given.definition;
  const then = `${given.phase}, held ${formatSpan(given.heldMs)}`;
  return {
    slot: iso(given.slot),
    asked: askedFor(given.slot, given.trigger, decision, sent),
    reading: readingInWords(trigger, state.reading ?? given.reading, given.parts),
    parts: triggerKind(trigger)
      .words(trigger, given.parts ?? [])
      .map(({ title, text, limit }) => ({
        name: title,
        reading: limit === null ? text : `${text}, fires ${limit}`,
      })),
    samples: given.samples && formatReading(given.samples, ''),
    said: said === 'hold' ? 'nothing' : said,
    phase: state.phase,
    heldSeconds: state.heldMs / 1_000,
    differs: differs ? then : null,
  };
}

/** In the slot of the decision itself it is known for sure; in others by the same text, asked about that very instant. */
function askedFor(slot: number, trigger: string, decision: Decision, sent: readonly SentAsk[]) {
  return askedIn(decision)
    .filter((one) => one.trigger === trigger)
    .flatMap((one) => {
      const found = slot === decision.slot ? one : sentIn(slot, one.at + slot - decision.slot, one, sent);
      if (!found) return [];
      const { part, query, queryLength } = one;
      const isWhole = query.length === queryLength;
      return [{ part, query, isWhole, at: iso(found.at), answerDigest: found.answerDigest }];
    });
}

/**
 * The same text is asked about other instants, too: about the time before the deployment, by the veto. And one text may be two parts of
 * a trigger, over two ranges: which of two answers was whose is not recorded, and none is said to be it.
 */
function sentIn(slot: number, at: number, one: SentQuery, sent: readonly SentAsk[]): SentAsk | null {
  const { query, queryLength } = one;
  const same = sent.filter(
    (ask) => ask.slot === slot && ask.at === at && ask.query === query && ask.queryLength === queryLength,
  );
  const [first] = same;
  return first && same.every(({ answerDigest }) => answerDigest === first.answerDigest) ? first : null;
}

const titles: Record<RestraintEvidence['kind'], string> = {
  veto: 'Is something else at fault?',
  cooldown: 'Cooldown',
  brakes: 'Brakes of the fleet',
  group: 'Who goes back with it',
  target: 'Where it goes back to',
  words: 'Kept as words only',
};

function toRestraint(one: RestraintEvidence): wire.ExplainedRestraint {
  return { ...one, title: titles[one.kind] };
}

import { replayDecision } from '@lastgood/domain';
import type { JudgedDecision } from '@lastgood/store/views/judged-decision';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { explainedOf, toExplained } from './explanation-dto.ts';
import type * as wire from './explanation-schema.ts';
import { askedIn } from './sent-ask.ts';

/** Judges a stored decision again and tells how it came about. */
export async function explainDecision(
  { store }: Pick<EndpointDependencies, 'store'>,
  judged: JudgedDecision,
) {
  const { decision, readings, isCut } = judged;
  const again = replayDecision(decision, readings, isCut);
  const explained = explainedOf(judged, again);
  const told = explained.flatMap(({ evaluations }) => evaluations.map(({ given }) => given.slot));
  const slots = new Set([...told, decision.slot]);
  const sent = await store.views.asksOf(decision.deploymentId, [...slots], askedIn(decision));
  return toExplained(judged, again, explained, sent);
}

/** Where Lastgood decided nothing, or what it decided is not kept. */
export function undecided(
  sentence: string,
  { outcome, why }: { outcome: 'none' | 'cannot'; why: string },
): Awaited<ReturnType<typeof explainDecision>> {
  const replay: wire.Replay = {
    ...{ outcome, sentence: why, differences: [] },
    ...{ digestSentence: null, digestDifferences: [] },
  };
  return { sentence, decidedAt: null, verdict: null, triggers: [], restraints: [], replay };
}
